// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.error.Damage;
import dev.tailrace.restore.LtxVerification;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.VerifyLevel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is said of a replica of Litestream 0.5 that was verified. */
record VerifiedLtx(LtxVerification done) implements VerifiedReplica {

    @Override
    public Verification.Outcome outcome() {
        return done.outcome();
    }

    @Override
    public List<String> lines(boolean brief) {
        List<String> lines = new ArrayList<>();
        lines.add(verdict());
        done.damages().forEach(damage -> lines.add("damage: " + damage));
        done.latest()
                .ifPresent(state -> lines.add((done.damages().isEmpty()
                                ? "newest state: "
                                : done.level() == VerifyLevel.NAMES
                                        ? "newest state without a hole before it: "
                                        : "newest state that can be restored: ")
                        + "transaction " + state.txid() + ", of " + Shown.time(state.timestamp())
                        + done.age()
                                .map(age -> " (" + Quantity.time(age) + " ago)")
                                .orElse("")
                        + (done.damages().isEmpty()
                                ? ""
                                : "; bring it back with: tailrace restore -best-effort -txid " + state.txid()
                                        + " -o DB REPLICA")));
        if (done.outcome() != Verification.Outcome.EMPTY) {
            lines.add(counts());
        }
        return lines;
    }

    private String verdict() {
        String where = done.location();
        return switch (done.outcome()) {
            case OK ->
                where
                        + (done.level() == VerifyLevel.NAMES
                                ? " has no hole, as far as names tell; nothing of it was read"
                                : " can be restored");
            case STALE -> where + " is whole, but older than -max-age";
            case EMPTY ->
                "no matching backups found in " + where + "; check the path, or whether replication has begun";
            case DAMAGED, INCONCLUSIVE ->
                Quantity.count(done.damages().size(), "thing is", "things are") + " wrong with " + where;
        };
    }

    private String counts() {
        return Quantity.count(done.files(), "LTX file") + ", "
                + Quantity.count(done.states(), "state")
                + (done.level() == VerifyLevel.NAMES
                        ? "; listed"
                        : "; read " + Quantity.bytes(done.bytesRead()) + " from "
                                + Quantity.count(done.objects(), "object"))
                + " in " + Quantity.time(done.duration());
    }

    @Override
    public void json(JsonWriter json) throws IOException {
        json.name("location").value(done.location());
        json.name("layout").value(done.tree().toString());
        if (done.latest().isPresent()) {
            json.name("latest_txid").value(done.latest().get().txid().toString());
            json.name("latest_timestamp").value(done.latest().get().timestamp().toString());
        }
        if (done.age().isPresent()) {
            json.name("age_seconds").value(done.age().get().toSeconds());
        }
        json.name("damages").beginArray();
        for (Damage damage : done.damages()) {
            json.beginObject();
            json.name("damage");
            Json.damage(json, damage);
            json.endObject();
        }
        json.endArray();
        json.name("files").value(done.files());
        json.name("states").value(done.states());
        json.name("objects_read").value(done.objects());
        json.name("requests").value(done.requests());
        json.name("bytes_read").value(done.bytesRead());
        json.name("duration_ms").value(done.duration().toMillis());
    }
}
