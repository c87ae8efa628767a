// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.TestCompression;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreProvidersTest {

    @TempDir
    Path folder;

    private final List<URLClassLoader> loaders = new ArrayList<>();

    @AfterEach
    void closeLoaders() throws IOException {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    @Test
    void namesTheJarToAddWhereThereIsNoBackend() throws IOException {
        assertThatThrownBy(() -> ObjectStoreProviders.installed().forScheme("S3"))
                .isInstanceOf(NoProviderException.class)
                .hasMessage(
                        "no backend for scheme s3: add the jar dev.tailrace:tailrace-client-s3; schemes present: none");
        ObjectStoreProviders one = providers(Memory.class.getName());
        for (String scheme : List.of("file", "s3", "gs", "gcs", "abs", "sftp")) {
            assertThatThrownBy(() -> one.forScheme(scheme))
                    .hasMessageContaining("dev.tailrace:tailrace-client-")
                    .hasMessageContaining("schemes present: mem, memory");
        }
        assertThatThrownBy(() -> one.forScheme("ftp"))
                .hasMessageContaining("no such scheme is known, check its spelling")
                .hasMessageContaining("schemes present: mem, memory");
    }

    @Test
    void findsABackendByEachOfItsSchemes() throws IOException {
        ObjectStoreProviders one = providers(Memory.class.getName());
        assertThat(one.forScheme("mem")).isInstanceOf(Memory.class);
        assertThat(one.forScheme("MEMORY")).isInstanceOf(Memory.class);
        assertThat(one.all()).hasSize(1);
        assertThat(one.failures()).isEmpty();
    }

    @Test
    void namesBothOfTwoBackendsForOneScheme() throws IOException {
        ObjectStoreProviders two = providers(Memory.class.getName() + "\n" + Other.class.getName());
        assertThatThrownBy(() -> two.forScheme("mem"))
                .isInstanceOf(NoProviderException.class)
                .hasMessageContaining("more than one backend for scheme mem")
                .hasMessageContaining(Memory.class.getName() + " (")
                .hasMessageContaining(Other.class.getName() + " (")
                .hasMessageContaining("test-classes");
        assertThat(two.forScheme("memory")).isInstanceOf(Memory.class);
    }

    @Test
    void aBrokenBackendDoesNotHideTheOthers() throws IOException {
        ObjectStoreProviders mixed = providers(
                "no.such.Provider\n" + Throwing.class.getName(),
                "this is no class name\n",
                MemoryStore.class.getName() + "\n" + Memory.class.getName());
        assertThat(mixed.forScheme("mem")).isInstanceOf(Memory.class);
        assertThat(mixed.failures())
                .hasSize(4)
                .anyMatch(text -> text.contains("no.such.Provider"))
                .anyMatch(text -> text.contains(Throwing.class.getName()))
                .anyMatch(text -> text.contains(MemoryStore.class.getName()));
        assertThatThrownBy(() -> mixed.forScheme("s3")).hasMessageContaining("; not loaded: ");
    }

    @Test
    void twoBackendsThatLackTheSameClassDoNotHideAThird() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src"));
        List<String> files = new ArrayList<>(List.of("-d", folder.toString()));
        for (String name : List.of("Base", "One extends Base", "Two extends Base", "Three extends Base")) {
            Path source = sources.resolve(name.replaceAll(" .*", "") + ".java");
            files.add(Files.writeString(source, "public class " + name + " {}").toString());
        }
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, files.toArray(new String[0]));
        assertThat(result).isZero();
        Files.delete(folder.resolve("Base.class"));

        URLClassLoader loader =
                loader(ObjectStoreProvider.class, List.of("One\nTwo\nThree\n" + Memory.class.getName()), folder);

        assertThat(ObjectStoreProviders.seenBy(loader).forScheme("mem")).isInstanceOf(Memory.class);
        assertThat(ObjectStoreProviders.seenBy(loader).failures()).isNotEmpty();
    }

    @Test
    void findsTheOneCompressionAndNamesTwo() throws IOException {
        assertThat(BlockCompressions.installed()).isInstanceOf(TestCompression.class);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread()
                .setContextClassLoader(loader(BlockCompression.class, List.of(OtherCompression.class.getName())));
        try {
            assertThatThrownBy(BlockCompressions::installed)
                    .isInstanceOf(NoProviderException.class)
                    .hasMessageContaining("more than one LZ4 compression")
                    .hasMessageContaining(TestCompression.class.getName())
                    .hasMessageContaining(OtherCompression.class.getName());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void namesTheJarToAddWhereThereIsNoCompression() throws Exception {
        URL core = BlockCompressions.class.getProtectionDomain().getCodeSource().getLocation();
        URLClassLoader alone = new URLClassLoader(new URL[] {core}, ClassLoader.getPlatformClassLoader());
        loaders.add(alone);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(alone);
        try {
            assertThatThrownBy(() -> alone.loadClass(BlockCompressions.class.getName())
                            .getMethod("installed")
                            .invoke(null))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("add the jar dev.tailrace:tailrace-codec-lz4");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private ObjectStoreProviders providers(String... files) throws IOException {
        return ObjectStoreProviders.seenBy(loader(ObjectStoreProvider.class, List.of(files)));
    }

    private URLClassLoader loader(Class<?> service, List<String> files, Path... more) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path path : more) {
            urls.add(path.toUri().toURL());
        }
        for (String file : files) {
            Path jar = Files.createTempDirectory(folder, "jar");
            Files.writeString(
                    Files.createDirectories(jar.resolve("META-INF/services")).resolve(service.getName()), file);
            urls.add(jar.toUri().toURL());
        }
        URLClassLoader loader =
                new URLClassLoader(urls.toArray(new URL[0]), getClass().getClassLoader());
        loaders.add(loader);
        return loader;
    }

    /** A backend. */
    public static class Memory implements ObjectStoreProvider {
        @Override
        public Set<String> schemes() {
            return Set.of("memory", "mem");
        }

        @Override
        public ObjectStore open(ReplicaUrl url, StoreSettings settings) {
            return new MemoryStore();
        }
    }

    /** Another one for one of its schemes. */
    public static final class Other extends Memory {
        @Override
        public Set<String> schemes() {
            return Set.of("mem");
        }
    }

    /** One that cannot be made. */
    public static final class Throwing extends Memory {
        public Throwing() {
            throw new IllegalStateException("no");
        }
    }

    /** A second compression. */
    public static final class OtherCompression implements BlockCompression {
        private final BlockCompression real = new TestCompression();

        @Override
        public String description() {
            return "other";
        }

        @Override
        public int decompress(byte[] source, int at, int length, byte[] target, int targetOffset, int limit)
                throws IOException {
            return real.decompress(source, at, length, target, targetOffset, limit);
        }

        @Override
        public int compress(byte[] source, int at, int length, byte[] target, int targetOffset, int limit) {
            return real.compress(source, at, length, target, targetOffset, limit);
        }

        @Override
        public Checksum newChecksum() {
            return real.newChecksum();
        }
    }
}
