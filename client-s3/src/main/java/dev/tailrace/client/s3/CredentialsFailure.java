// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;

/** No credentials could be had. Of the SDK's kind, since it passes through the SDK. */
final class CredentialsFailure extends SdkClientException {

    private static final long serialVersionUID = 1;

    CredentialsFailure(String message, @Nullable Throwable cause) {
        super(SdkClientException.builder().message(message).cause(cause));
    }
}
