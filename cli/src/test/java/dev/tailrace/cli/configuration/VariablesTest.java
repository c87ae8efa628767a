// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VariablesTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("A", "one", "B_2", "two", "EMPTY", "", "DOLLAR", "$A", "SLASH", "\\1$1");

    private final List<String> unset = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    $A             | one
                    ${A}           | one
                    x$A-y          | xone-y
                    x${A}y         | xoney
                    $A$B_2         | onetwo
                    $Ax            | ''
                    ${Ax}          | ''
                    $EMPTY.        | .
                    $DOLLAR        | $A
                    $SLASH         | \\1$1
                    price$         | price$
                    a $ b          | a $ b
                    $-$A           | one
                    pa$$word       | paword
                    $1x            | x
                    ${}x           | x
                    ${A            | A
                    ${A:-x}        | ''
                    $é             | $é
                    """)
    void areReplacedAsGoDoes(String text, String expected) {
        Variables variables = new Variables(ENVIRONMENT, true);
        assertThat(variables.expand(variables.mark(text), unset::add)).isEqualTo(expected);
    }

    @Test
    void stayWhereTheyAreTurnedOff() {
        Variables variables = new Variables(ENVIRONMENT, false);
        assertThat(variables.expand(variables.mark("$A ${B_2} $$"), unset::add)).isEqualTo("$A ${B_2} $$");
    }

    @Test
    void tellOnceOfEachThatIsNotSet() {
        Variables variables = new Variables(ENVIRONMENT, true);
        variables.expand(variables.mark("$NONE $OTHER ${NONE} $A $EMPTY"), unset::add);
        assertThat(unset).containsExactly("NONE", "OTHER");
    }

    @Test
    void knowTheProcess() {
        Variables variables = new Variables(Map.of("PID", "x"), true);
        assertThat(variables.expand(variables.mark("$PID"), unset::add))
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void leaveForeignMarksAlone() {
        Variables variables = new Variables(ENVIRONMENT, true);
        assertThat(variables.expand(variables.mark("\uE0007\uE001 $A"), unset::add))
                .isEqualTo("\uE0007\uE001 one");
    }
}
