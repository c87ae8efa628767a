// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tailrace.error.ReplicaUrlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaUrlTest {

    @Test
    void readsAllParts() {
        ReplicaUrl url = ReplicaUrl.parse("SFTP://jo%40e:p%3Aw@Host.example:2222/a%20b/c?X-y=1&flag&z=%26");

        assertThat(url.scheme()).isEqualTo("sftp");
        assertThat(url.hasAuthority()).isTrue();
        assertThat(url.user()).contains("jo@e");
        assertThat(url.password()).contains("p:w");
        assertThat(url.host()).isEqualTo("Host.example");
        assertThat(url.port()).hasValue(2222);
        assertThat(url.path()).isEqualTo("/a b/c");
        assertThat(List.copyOf(url.options().entrySet()).toString()).isEqualTo("[X-y=1, flag=, z=&]");
        assertThat(url).hasToString("SFTP://jo%40e:***@Host.example:2222/a%20b/c?X-y=1&flag&z=%26");
    }

    @Test
    void readsTheFormsThatPeopleWrite() {
        assertThat(ReplicaUrl.parse("s3://bucket").path()).isEmpty();
        assertThat(ReplicaUrl.parse("s3://bucket/").path()).isEqualTo("/");
        assertThat(ReplicaUrl.parse("s3://bucket?region=x").options()).containsEntry("region", "x");
        assertThat(ReplicaUrl.parse("s3://bucket/a//b").path()).isEqualTo("/a//b");
        assertThat(ReplicaUrl.parse("s3://b/a?x=1?2=3").options()).containsEntry("x", "1?2=3");
        assertThat(ReplicaUrl.parse("s3://b/a?").options()).isEmpty();
        assertThat(ReplicaUrl.parse("s3://b/a+b#c").path()).isEqualTo("/a+b#c");
        assertThat(ReplicaUrl.parse("file:rel/ative").path()).isEqualTo("rel/ative");
        assertThat(ReplicaUrl.parse("file:rel/ative").hasAuthority()).isFalse();
        assertThat(ReplicaUrl.parse("file:///abs").host()).isEmpty();
        assertThat(ReplicaUrl.parse("file:///abs").path()).isEqualTo("/abs");
        assertThat(ReplicaUrl.parse("file:/abs").path()).isEqualTo("/abs");
        assertThat(ReplicaUrl.parse("abs://account@container/path").user()).contains("account");
        assertThat(ReplicaUrl.parse("s3://bucket.localhost:9000/db").port()).hasValue(9000);
        assertThat(ReplicaUrl.parse("sftp://[::1]:22/db").host()).isEqualTo("[::1]");
        assertThat(ReplicaUrl.parse("sftp://[::1]/db").port()).isEmpty();
        assertThat(ReplicaUrl.parse("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/name/db")
                        .host())
                .isEqualTo("arn:aws:s3:eu-west-1:123456789012:accesspoint");
        assertThat(ReplicaUrl.parse("s3://b/日本%E8%AA%9E").path()).isEqualTo("/日本語");
        assertThat(ReplicaUrl.parse("s3://b/100%").path()).isEqualTo("/100%");
        assertThat(ReplicaUrl.parse("s3://b/%zz%4").path()).isEqualTo("/%zz%4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bucket/path", "/var/backup", "C:\\backup", "C:/backup", "c:x", "://x", " s3://b", "3s://b"})
    void saysThatASchemeIsRequired(String text) {
        assertThatThrownBy(() -> ReplicaUrl.parse(text))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("replica url scheme required")
                .hasMessageContaining(text)
                .hasMessageContaining("file:///path");
    }

    @Test
    void refusesWhatCannotBeRead() {
        assertThatThrownBy(() -> ReplicaUrl.parse("s3://b/p?a=1&b=2&a=3")).hasMessageContaining("option given twice");
        assertThatThrownBy(() -> ReplicaUrl.parse("s3://b/p?a=1&%61=3")).hasMessageContaining("option given twice");
        assertThatThrownBy(() -> ReplicaUrl.parse("s3://h:65536/p")).hasMessageContaining("no such port");
        assertThatThrownBy(() -> ReplicaUrl.parse("s3://h:99999999999999/p")).hasMessageContaining("no such port");
        assertThatThrownBy(() -> ReplicaUrl.parse("s3://b/%ff")).hasMessageContaining("%XX that is not UTF-8");
        for (String text : List.of("s3://b/a\nb", "s3://b/%00", "s3://b/p?x=%0d", "s3://b%07/p")) {
            assertThatThrownBy(() -> ReplicaUrl.parse(text)).hasMessageContaining("control character");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sftp://user:PL4NTED@host/path",
                "sftp://user:SEC:PL4NTED@host/path",
                "sftp://user:a@PL4NTED@host/path",
                "sftp://user:a/PL4NTED@host/path",
                "sftp://user:a?PL4NTED@host/path",
                "sftp://:PL4NTED@host/path",
                "sftp://joe@example.com:PL4NTED@host/path",
                "sftp://joe@example.com:a/PL4NTED@host/path",
                "s3://b/p?secret-access-key=PL4NTED",
                "s3://b/p&x=1?secret-access-key=PL4NTED",
                "s3://b/p?x=1&Secret_Access_Key=PL4NTED&y=2",
                "s3://b/p?access-key-id=PL4NTED",
                "s3://b/p?%73ecret=PL4NTED",
                "s3://b/p?%50assword=PL4NTED",
                "abs://a@c/p?account-key=PL4NTED",
                "abs://a@c/p?sig=PL4NTED",
                "abs://a@c/p?sas-token=PL4NTED",
                "gs://b/p?credentials=PL4NTED",
                "sftp://h/p?passphrase=PL4NTED&key=PL4NTED",
                "s3://b/p?sse-customer-key=PL4NTED"
            })
    void masksSecretsInTextAndInEveryError(String text) {
        assertThat(ReplicaUrl.parse(text).toString()).doesNotContain("PL4NTED").contains("***");
        String start = text.contains("?") ? text + "&" : text + "?";
        for (String broken : List.of(
                text.substring(text.indexOf(':') + 1),
                " " + text,
                start + "a=1&a=2",
                start + "a=%ff",
                start + "a=%00",
                start + "a=\u0007",
                text.replace("/p", ":70000/p"))) {
            try {
                ReplicaUrl.parse(broken);
            } catch (ReplicaUrlException e) {
                assertThat(e.getMessage()).doesNotContain("PL4NTED");
            }
        }
    }

    @Test
    void masksLongUrlsAtOnce() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (String piece : List.of(":", "?", "&", "=", "/", "@", "%41", "?a&")) {
                String many = piece.repeat(100_000);
                for (String url : List.of("s3://b/?" + many, "s3://" + many + "?password=PL4NTED")) {
                    assertThat(told(url)).isNotEmpty().doesNotContain("PL4NTED");
                }
            }
        });
    }

    private static String told(String url) {
        try {
            return ReplicaUrl.parse(url).toString();
        } catch (ReplicaUrlException e) {
            return e.getMessage();
        }
    }

    @Test
    void masksNothingElse() {
        for (String text : List.of(
                "s3://bucket/path?region=eu-west-1&endpoint=http://localhost:9000",
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/name/mail@example",
                "s3://host:9000/mail@example",
                "file:///a:b@c",
                "abs://account@container/path",
                "sftp://user@host:22/path",
                "sftp://user@host:22/mail@example")) {
            assertThat(ReplicaUrl.parse(text)).hasToString(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/var/backup/app",
                "/with space/100%/%41",
                "/what?/x=1&y=2",
                "/日本語/é",
                "relative/p",
                "a?b",
                "/",
                "/a:b@c"
            })
    void goesFromAFolderAndBack(String folder) {
        ReplicaUrl url = ReplicaUrl.ofFolder(Path.of(folder));

        assertThat(url.scheme()).isEqualTo("file");
        assertThat(url.path()).isEqualTo(folder);
        assertThat(url.options()).isEmpty();
        assertThat(url.hasAuthority()).isEqualTo(folder.startsWith("/"));
        assertThat(url.host()).isEmpty();
    }
}
