// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.fuzzing.Bounds;
import dev.tailrace.fuzzing.InputBytes;
import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keys, names and positions, one a line: what is read says the same when it is written again, and nothing gets lost. */
public final class NamesFuzz {

    private static final Generation GENERATION = new Generation("0123456789abcdef");

    private NamesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        List<String> lines = InputBytes.text(input).lines().toList();
        Bounds.within((4 << 20) + 1024L * input.length + 65_536L * lines.size(), () -> {
            lines.forEach(NamesFuzz::readNumbers);
            lines.forEach(NamesFuzz::readLtxKey);
            readGeneration(lines);
        });
    }

    private static void readNumbers(String line) {
        try {
            Position position = Position.parse(line);
            require(Position.parse(position.toString()).equals(position), "position %s", line);
        } catch (IllegalArgumentException e) {
            // Said so by its javadoc.
        }
        try {
            Txid txid = Txid.parse(line);
            require(txid.toString().equals(line), "transaction %s", line);
        } catch (IllegalArgumentException e) {
            // Said so by its javadoc.
        }
        try {
            require(new Generation(line).toString().equals(line) && Generation.isName(line), "generation %s", line);
        } catch (IllegalArgumentException e) {
            require(!Generation.isName(line), "a generation's name is refused: %s", line);
        }
    }

    private static void readLtxKey(String line) {
        LtxFileName.parse(line).ifPresent(name -> require(name.toString().equals(line), "LTX file %s", line));
        for (LtxTree tree : LtxTree.values()) {
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                Optional<LtxFileName> name = tree.nameOf(level, line);
                require(name.isEmpty() || tree.key(level, name.get()).equals(line), "key %s in %s", line, tree);
            }
        }
    }

    private static void readGeneration(List<String> lines) {
        String folder = ReplicaLayout.generationFolder(GENERATION);
        List<ObjectInfo> objects = new ArrayList<>();
        GenerationObjects deletion = new GenerationObjects(GENERATION);
        int unknown = 0;
        for (String line : lines) {
            unknown += ObjectName.parse(line) instanceof ObjectName.UnknownWal ? 1 : 0;
            objects.add(new ObjectInfo(folder + line, 1, Instant.EPOCH, Optional.empty(), Optional.empty()));
            deletion.add(folder + line);
        }
        GenerationCatalog catalog = GenerationCatalog.of(GENERATION, objects);
        int known = catalog.snapshots().size() + catalog.segments().size();
        require(
                known + unknown + catalog.ignoredNames() == lines.size(),
                "of %d names %s is left",
                lines.size(),
                catalog);
        for (int i = 1; i < catalog.segments().size(); i++) {
            Position before = catalog.segments().get(i - 1).position();
            Position position = catalog.segments().get(i).position();
            require(before.compareTo(position) <= 0, "%s before %s", before, position);
            require(catalog.ambiguous() || !before.equals(position), "two segments at %s", position);
        }
        Stream<String> told = Stream.concat(
                catalog.snapshots().stream().map(snapshot -> snapshot.object().key()),
                catalog.segments().stream().map(segment -> segment.object().key()));
        List<String> sortedKeys = objects.stream()
                .map(ObjectInfo::key)
                .filter(key -> isKnown(key.substring(folder.length())))
                .sorted()
                .toList();
        require(told.sorted().toList().equals(sortedKeys), "keys are told otherwise: %s", catalog);
        List<String> deleted = deletion.newestStateLast().stream()
                .flatMap(List::stream)
                .sorted()
                .toList();
        require(
                deleted.equals(objects.stream().map(ObjectInfo::key).sorted().toList()),
                "deletes %s of %s",
                deleted,
                objects);
    }

    private static boolean isKnown(String path) {
        ObjectName name = ObjectName.parse(path);
        return name instanceof ObjectName.Snapshot || name instanceof ObjectName.WalSegment;
    }
}
