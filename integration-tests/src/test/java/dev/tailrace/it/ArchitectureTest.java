// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shape of the code as {@code docs/architecture.md} tells it. */
@Tag("thorough")
class ArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(place -> !place.contains("/integration-tests/"))
            .importPackages("dev.tailrace");

    private static final DescribedPredicate<JavaClass> CORE = resideInAPackage("dev.tailrace..")
            .and(DescribedPredicate.not(resideInAnyPackage(
                    "dev.tailrace.client..",
                    "dev.tailrace.cli..",
                    "dev.tailrace.codec.lz4..",
                    "dev.tailrace.testkit..",
                    "dev.tailrace.it..")))
            .as("classes of the core");

    @Test
    void allModulesAreLookedAt() {
        for (String type : List.of(
                "dev.tailrace.Tailrace",
                "dev.tailrace.cli.Main",
                "dev.tailrace.client.azure.AzureObjectStore",
                "dev.tailrace.client.file.FileObjectStoreProvider",
                "dev.tailrace.client.gcs.GcsObjectStore",
                "dev.tailrace.client.s3.S3ObjectStore",
                "dev.tailrace.client.sftp.SftpObjectStoreProvider",
                "dev.tailrace.codec.lz4.Lz4JavaCompression")) {
            assertThat(ALL.contain(type)).as(type).isTrue();
        }
    }

    @Test
    void packagesOfTheCoreFormNoCycle() {
        slices().matching("dev.tailrace.(**)").should().beFreeOfCycles().check(ALL.that(CORE));
    }

    @Test
    void theCoreNeedsJavaAlone() {
        classes()
                .that(CORE)
                .should()
                .onlyDependOnClassesThat(CORE.or(resideInAnyPackage(
                                "java.io..",
                                "java.lang..",
                                "java.math..",
                                "java.net..",
                                "java.nio..",
                                "java.security..",
                                "java.text..",
                                "java.time..",
                                "java.util..",
                                "org.jspecify.annotations.."))
                        .or(primitives()))
                .check(ALL);
    }

    private static DescribedPredicate<JavaClass> primitives() {
        return DescribedPredicate.describe("primitives and arrays", type -> type.isPrimitive() || type.isArray());
    }

    @Test
    void bytesAreReadWithoutKnowingWhatTheyMean() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.tailrace.store..", "dev.tailrace.codec..", "dev.tailrace.error..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.tailrace.replica..",
                        "dev.tailrace.wal..",
                        "dev.tailrace.ltx..",
                        "dev.tailrace.restore..",
                        "dev.tailrace.copy..",
                        "dev.tailrace.prune.."))
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage("dev.tailrace.replica..", "dev.tailrace.wal..", "dev.tailrace.ltx..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.tailrace.restore..", "dev.tailrace.copy..", "dev.tailrace.prune.."))
                .check(ALL);
    }

    @Test
    void noBackendKnowsAnother() {
        slices().matching("dev.tailrace.client.(*)..")
                .should()
                .notDependOnEachOther()
                .check(ALL);
    }

    @Test
    void backendsKnowOnlyWhatTheCoreOffersThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.tailrace.client..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.tailrace.internal..",
                        "dev.tailrace.replica..",
                        "dev.tailrace.restore..",
                        "dev.tailrace.wal..",
                        "dev.tailrace.ltx..",
                        "dev.tailrace.copy..",
                        "dev.tailrace.prune..",
                        "dev.tailrace.cli.."))
                .check(ALL);
    }

    @Test
    void theCommandLineNamesNoBackendAndLooksBehindNothing() {
        noClasses()
                .that()
                .resideInAPackage("dev.tailrace.cli..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.tailrace.client..", "dev.tailrace.codec.lz4..", "dev.tailrace.internal.."))
                .check(ALL);
    }

    /** But for what takes a vendor's client that a program has made itself, which is what it is for. */
    @Test
    void signaturesThatOthersSeeHaveNoTypeOfAVendor() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : ALL) {
            if (!type.getModifiers().contains(JavaModifier.PUBLIC)
                    || type.getPackageName().matches("dev\\.tailrace\\.(cli|testkit)(\\..*)?")) {
                continue;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (isSeen(unit.getModifiers())) {
                    unit.getRawParameterTypes().forEach(parameter -> note(found, type, parameter));
                    note(found, type, unit.getRawReturnType());
                    unit.getExceptionTypes().forEach(thrown -> note(found, type, thrown));
                }
            }
            for (JavaField field : type.getFields()) {
                if (isSeen(field.getModifiers())) {
                    note(found, type, field.getRawType());
                }
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "dev.tailrace.client.azure.AzureObjectStore: com.azure.storage.blob.BlobContainerClient",
                        "dev.tailrace.client.gcs.GcsObjectStore: com.google.cloud.storage.Storage",
                        "dev.tailrace.client.s3.S3ObjectStore: software.amazon.awssdk.services.s3.S3Client");
    }

    private static boolean isSeen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static void note(Set<String> found, JavaClass type, JavaClass seen) {
        JavaClass element = seen.getBaseComponentType();
        String name = element.getPackageName();
        if (!element.isPrimitive() && !name.startsWith("java.") && !name.startsWith("dev.tailrace")) {
            found.add(type.getName() + ": " + element.getName());
        }
    }

    @Test
    void noStaticFieldIsAssignedAnew() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : ALL) {
            for (JavaField field : type.getFields()) {
                if (field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.FINAL)) {
                    found.add(field.getFullName());
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
