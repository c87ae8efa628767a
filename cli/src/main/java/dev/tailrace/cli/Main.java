// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the virtual machine starts. */
public final class Main {

    /** More than any clean-up takes, less than most supervisors wait before they kill. */
    private static final long CLEAN_UP_SECONDS = 8;

    private Main() {}

    public static void main(String[] arguments) {
        run(new LibraryRestore(), arguments);
    }

    static void run(ReplicaRestore restore, String... arguments) {
        CommandLineInterface commandLine = new CommandLineInterface(Surroundings.ofThisProcess(), restore);
        CountDownLatch finished = new CountDownLatch(1);
        AtomicBoolean stopping = new AtomicBoolean();
        cancelOnSignal(Thread.currentThread(), finished, stopping);
        // Without this a worker that runs out of memory could leave the restore waiting for it for ever.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            System.err.println("tailrace: " + Failure.of(failure).message());
            System.exit(ExitCode.UNEXPECTED.number());
        });
        int exitCode = commandLine.run(arguments);
        finished.countDown();
        // After a signal the code is the virtual machine's own, 130 or 143: its last step could be overtaken from here.
        if (!stopping.get()) {
            System.exit(exitCode);
        }
    }

    private static void cancelOnSignal(Thread working, CountDownLatch finished, AtomicBoolean stopping) {
        Runnable cancel = () -> {
            stopping.set(true);
            working.interrupt();
            try {
                // The machine stops when the hooks are done: without this wait the temp file would stay.
                boolean cleanedUp = finished.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
                if (!cleanedUp) {
                    System.err.println("tailrace: stopped before it could clean up; a temp file may be left");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Runtime.getRuntime().addShutdownHook(new Thread(cancel, "cancel on signal"));
    }
}
