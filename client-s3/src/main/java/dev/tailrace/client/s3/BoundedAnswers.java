// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Holds answers to bounds: ends those that are too long. The SDK holds all of them in memory, except the content of an object: without a bound a
 * store that lies could use up the heap.
 */
final class BoundedAnswers implements ExecutionInterceptor {

    /** A page of a thousand keys of a thousand bytes, each written as %XX, has less than half of it. */
    static final long MOST_BYTES = 8L << 20;

    /** A negative time to wait makes the SDK fail for a reason that has nothing to do with the store. */
    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkHttpResponse answer = context.httpResponse();
        boolean negative = answer.firstMatchingHeader("Retry-After")
                .filter(wait -> wait.strip().startsWith("-"))
                .isPresent();
        return negative ? answer.toBuilder().removeHeader("Retry-After").build() : answer;
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean content = context.request() instanceof GetObjectRequest
                && context.httpResponse().isSuccessful();
        return content ? context.responseBody() : context.responseBody().map(BoundedAnswers::bounded);
    }

    private static InputStream bounded(InputStream answer) {
        return new FilterInputStream(answer) {
            private long read;

            @Override
            public int read() throws IOException {
                return counted(super.read(), 1);
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                return counted(count, count);
            }

            private int counted(int result, int bytes) throws IOException {
                read += result < 0 ? 0 : bytes;
                if (read > MOST_BYTES) {
                    throw new IOException("the store's answer is longer than " + MOST_BYTES + " bytes");
                }
                return result;
            }
        };
    }
}
