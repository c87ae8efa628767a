// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** Where the virtual machine starts. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        run(new LibraryRestore(), arguments);
    }

    static void run(ReplicaRestore restore, String... arguments) {
        CommandLineInterface commandLine = new CommandLineInterface(Surroundings.ofThisProcess(), restore);
        CancelOnSignal cancelling = new CancelOnSignal(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(cancelling);
        // Without this a worker that runs out of memory could leave the restore waiting for it for ever.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            System.err.println("tailrace: " + Failure.of(failure).message());
            System.exit(ExitCode.UNEXPECTED.number());
        });
        int exitCode = commandLine.run(arguments);
        cancelling.finished();
        // After a signal the code is the virtual machine's own, 130 or 143: its last step could be overtaken from here.
        if (!cancelling.isStopping()) {
            System.exit(exitCode);
        }
    }
}
