// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes what is kept of a request, without what must not be kept. */
final class HttpSecrets {

    private static final Pattern HEADER = Pattern.compile(
            ".*(authorization|cookie|secret|password|token|signature|credential|key).*", Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile(
            ".*(security-?token|access_?token|signature|credential|secret|password|api-?key).*|sig|key|token",
            Pattern.CASE_INSENSITIVE);

    private HttpSecrets() {}

    static SeenRequest seen(int number, HttpHead head) {
        String[] target = head.target().split("\\?", 2);
        Map<String, List<String>> headers = new TreeMap<>();
        for (HttpHead.Header header : head.headers()) {
            headers.computeIfAbsent(header.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(masked(header));
        }
        headers.replaceAll((name, values) -> List.copyOf(values));
        return new SeenRequest(
                number,
                head.method().toUpperCase(Locale.ROOT),
                target[0],
                target.length == 1 ? "" : masked(target[1]),
                headers);
    }

    private static String masked(HttpHead.Header header) {
        if (!HEADER.matcher(header.name()).matches()) {
            return header.value();
        }
        // How it was signed is no secret.
        int space = header.value().indexOf(' ');
        boolean scheme = header.is("authorization") && space > 0;
        return scheme ? header.value().substring(0, space) + " ***" : "***";
    }

    private static String masked(String query) {
        List<String> parameters = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            boolean secret = equals >= 0
                    && PARAMETER.matcher(parameter.substring(0, equals)).matches();
            parameters.add(secret ? parameter.substring(0, equals) + "=***" : parameter);
        }
        return String.join("&", parameters);
    }
}
