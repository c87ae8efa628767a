// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Files with credentials of every kind, for which a server on this machine gives out tokens. */
final class KeyFiles {

    private KeyFiles() {}

    /** The key of a service account, made here. */
    static Path serviceAccount(Path folder, AnsweringServer tokens) throws IOException, NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        String key = Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return Files.writeString(folder.resolve("key.json"), """
                {"type": "service_account", "project_id": "test", "private_key_id": "1",
                 "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
                 "client_email": "restorer@test.iam.gserviceaccount.com", "client_id": "1",
                 "token_uri": "http://%s/token"}
                """.formatted(key, tokens.address()));
    }

    /** The configuration of workload identity, with a token of the other side in a file. Its tokens are Google's to give. */
    static Path workloadIdentity(Path folder) throws IOException {
        Path subject = Files.writeString(folder.resolve("subject"), "pl4nted-subject");
        return Files.writeString(folder.resolve("workload.json"), """
                {"type": "external_account",
                 "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
                 "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                 "token_url": "https://sts.googleapis.com/v1/token", "credential_source": {"file": "%s"}}
                """.formatted(
                        subject.toString().replace("\\", "\\\\")));
    }

    /** The login of a person. Its tokens are Google's own to give. */
    static Path login(Path folder) throws IOException {
        return Files.writeString(folder.resolve("application_default_credentials.json"), """
                {"type": "authorized_user", "client_id": "id", "client_secret": "pl4nted-client",
                 "refresh_token": "pl4nted-refresh"}
                """);
    }
}
