// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one process took. Where there is no {@code /proc}, only the time is known; the others are not a number.
 *
 * @param wallMillis from its start to its end
 * @param cpuMillis of all processors, user and system, with those that it waited for
 * @param peakMegabytes the most memory that was its own at once, of the process that the command started or became
 */
record ProcessRun(double wallMillis, double cpuMillis, double peakMegabytes) {

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final int SAMPLE_MILLIS = 10;
    /** Linux tells processor time in hundredths of a second. */
    private static final double TICK_MILLIS = 10;

    private static final int CHILDREN_USER = 15;
    private static final int CHILDREN_SYSTEM = 16;

    /**
     * Runs a command to its end. Nothing else may be started by this process meanwhile.
     *
     * @param output where what it writes goes
     * @throws IllegalStateException if it does not exit with 0
     */
    static ProcessRun of(String name, List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        double cpuBefore = cpuOfChildren();
        long began = System.nanoTime();
        Process process = builder.start();
        double peak = Double.NaN;
        while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
            double now = peakOf(process.pid());
            peak = Double.isNaN(now) ? peak : now;
        }
        double wall = (System.nanoTime() - began) / 1e6;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    name + " exited with " + process.exitValue() + ":\n" + Files.readString(output));
        }
        return new ProcessRun(wall, cpuOfChildren() - cpuBefore, peak);
    }

    private static double peakOf(long pid) {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
            return peak.find() ? Double.parseDouble(peak.group(1)) / 1e3 : Double.NaN;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Of all processes that this one has waited for. */
    private static double cpuOfChildren() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // The second field is a name in brackets, which may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
            return TICK_MILLIS
                    * (Double.parseDouble(fields[CHILDREN_USER - 2]) + Double.parseDouble(fields[CHILDREN_SYSTEM - 2]));
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
