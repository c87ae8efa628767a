// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.InputStreamContent;
import com.google.api.client.http.MultipartContent;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.StorageObject;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.SourceFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Stores one object by one request, which has what is known of it and its content: nothing can be left half done. */
final class Upload {

    private final JsonApi api;
    private final BucketFolder folder;
    private final GcsFailures failures;
    private final String key;
    private final ObjectSource source;
    private final PutOptions options;
    private final BooleanSupplier abandoned;

    Upload(
            JsonApi api,
            BucketFolder folder,
            GcsFailures failures,
            String key,
            ObjectSource source,
            PutOptions options,
            BooleanSupplier abandoned) {
        this.api = api;
        this.folder = folder;
        this.failures = failures;
        this.key = key;
        this.source = source;
        this.options = options;
        this.abandoned = abandoned;
    }

    /**
     * Stores it.
     *
     * @return the object as the store tells it; empty if what it tells cannot be true
     * @throws IOException of the source as it is, of the store typed
     */
    Optional<ObjectInfo> run() throws IOException {
        String action = "cannot store " + key + " in " + folder.location();
        try {
            HttpRequest request = request();
            // Sent twice with a condition, the second try would fail by the first one's success.
            StorageObject stored = options.condition() instanceof PutOptions.Condition.Always
                    ? api.ask(request, StorageObject.class)
                    : api.change(request, StorageObject.class);
            return ObjectInfos.of(key, stored);
        } catch (SourceFailure e) {
            throw e.cause();
        } catch (IOException | RuntimeException e) {
            Optional<IOException> ofSource = SourceFailure.in(e);
            if (ofSource.isPresent()) {
                throw ofSource.get();
            }
            if (options.condition() instanceof PutOptions.Condition.Version wanted
                    && e instanceof Refusal refusal
                    && refusal.status() == 404
                    && refusal.isOfObject()) {
                throw new ObjectChangedException(key, "version " + wanted.version(), "no object", folder.location(), e);
            }
            boolean conditional = e instanceof Refusal refusal && refusal.status() == 412;
            throw conditional ? failures.ofObject(action, key, wanted(), e) : failures.typed(action, e);
        }
    }

    private Optional<String> wanted() {
        return options.condition() instanceof PutOptions.Condition.Version version
                ? Optional.of(version.version())
                : Optional.empty();
    }

    private Long generation(String version) throws ObjectChangedException {
        return ObjectInfos.generation(version)
                .orElseThrow(() -> new ObjectChangedException(
                        key, "version " + version, "another version", folder.location(), null));
    }

    /** With content the request knows the address for uploads; what is sent there is put together here. */
    private static InputStreamContent nothing() {
        return new InputStreamContent(SourceContent.TYPE, InputStream.nullInputStream());
    }

    private HttpRequest request() throws IOException {
        StorageObject head = new StorageObject()
                .setName(folder.absolute(key))
                .setContentType(SourceContent.TYPE)
                .setMetadata(RecordedTime.metadata(options.recordedAt()));
        Storage.Objects.Insert insert = api.objects().insert(folder.bucket(), head, nothing());
        insert.setUploadType("multipart").setFields(ObjectInfos.FIELDS);
        if (options.condition() instanceof PutOptions.Condition.Absent) {
            insert.setIfGenerationMatch(0L);
        } else if (wanted().isPresent()) {
            insert.setIfGenerationMatch(generation(wanted().get()));
        }
        GenericUrl url = insert.buildHttpRequestUrl();
        HttpContent content = new MultipartContent()
                .setContentParts(List.of(new JsonHttpContent(api.json(), head), new SourceContent(source, abandoned)));
        return api.post(url, content);
    }
}
