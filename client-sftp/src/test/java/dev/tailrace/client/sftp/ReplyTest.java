// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as a server might send them to do harm: nothing is believed of their lengths. */
class ReplyTest {

    private static Reply reply(int type, String hex) {
        byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] packet = new byte[body.length + 1];
        packet[0] = (byte) type;
        System.arraycopy(body, 0, packet, 1, body.length);
        return new Reply(packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff", "ffffffff", "00000002 61", "000000"})
    void lengthsBeyondTheAnswerAreRefusedBeforeMemoryIsTaken(String hex) {
        assertThatThrownBy(() -> reply(Reply.HANDLE, hex).expect(Reply.HANDLE).bytes())
                .isInstanceOf(ProtocolFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001 ffffffffffffffff",
                "00000001 00000000",
                "80000000 7fffffff",
                "80000000 00000001 00000001 61 ffffffff"
            })
    void attributesThatCannotBeAreRefused(String hex) {
        assertThatThrownBy(() -> Attributes.read(reply(Reply.ATTRS, hex))).isInstanceOf(ProtocolFailure.class);
    }

    @Test
    void attributesAreReadWithAllTheirParts() throws IOException {
        Reply all = reply(
                Reply.ATTRS,
                "8000000f 0000000100000000 000003e9 00000064 000081a4 00000001 ffffffff 00000001 00000001 61 00000000 2a");
        Attributes attributes = Attributes.read(all);
        assertThat(attributes).isEqualTo(new Attributes(1L << 32, 0xffffffffL, 0100644));
        assertThat(attributes.isRegular()).isTrue();
        assertThat(all.hasMore()).isTrue();
        assertThat(Attributes.read(reply(Reply.ATTRS, "00000000")).isLinkOrUntold())
                .isTrue();
    }

    @Test
    void statusIsTheServersRefusalOnOneBriefLine() {
        String text = HexFormat.of().formatHex(("two\nlines" + "x".repeat(500)).getBytes(UTF_8));
        assertThatThrownBy(() -> reply(Reply.STATUS, "00000004 000001fd" + text).expect(Reply.HANDLE))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.getMessage())
                            .contains("two lines", "(SFTP status 4)")
                            .doesNotContain("\n");
                    assertThat(refusal.getMessage()).hasSizeLessThan(300);
                });
        assertThatThrownBy(() -> reply(Reply.STATUS, "00000003").expect(Reply.HANDLE))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.isDenied()).isTrue());
    }

    @Test
    void anotherTypeThanIsDueIsNonsense() {
        assertThatThrownBy(() -> reply(Reply.NAME, "00000000").expect(Reply.HANDLE))
                .isInstanceOf(ProtocolFailure.class)
                .hasMessageContaining("type 104 where 102 is due");
    }

    @Test
    void namesThatAreNoTextAreNoNames() throws IOException {
        assertThat(reply(Reply.NAME, "00000002 c3bc").name()).contains("ü");
        assertThat(reply(Reply.NAME, "00000002 ff41").name()).isEmpty();
    }
}
