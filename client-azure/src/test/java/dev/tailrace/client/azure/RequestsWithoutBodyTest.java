// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class RequestsWithoutBodyTest {

    private final List<HttpRequest> sent = new ArrayList<>();

    private final HttpClient client = new RequestsWithoutBody(request -> {
        sent.add(request);
        return Mono.<HttpResponse>empty();
    });

    @Test
    void theLengthThatWasSignedIsNotSentButStaysForAnotherTry() {
        HttpRequest request = new HttpRequest(HttpMethod.GET, "http://localhost/container/key")
                .setHeader(HttpHeaderName.CONTENT_LENGTH, "0")
                .setHeader(HttpHeaderName.RANGE, "bytes=1-2");
        client.sendSync(request, Context.NONE);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH))
                .isNull();
        assertThat(sent.get(0).getHeaders().getValue(HttpHeaderName.RANGE)).isEqualTo("bytes=1-2");
        assertThat(request.getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH)).isEqualTo("0");
    }

    @Test
    void theLengthOfABodyIsSent() {
        HttpRequest request = new HttpRequest(HttpMethod.PUT, "http://localhost/container/key")
                .setBody(BinaryData.fromString("four"));
        client.sendSync(request, Context.NONE);
        assertThat(sent).containsExactly(request);
        assertThat(request.getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH)).isEqualTo("4");
    }
}
