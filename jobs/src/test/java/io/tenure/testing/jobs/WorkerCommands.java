package io.tenure.testing.jobs;

import io.tenure.bindings.Errno;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.WorkerMain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start workers, with the classes of the tests. */
public final class WorkerCommands {
    private static final List<String> OPTIONS =
            List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    private WorkerCommands() {}

    /**
     * A worker that can make jobs of the tests.
     *
     * @param directory receives crash reports
     * @return the command
     * @throws IOException if a class has no place
     */
    public static List<String> plain(Path directory) throws IOException {
        return ChildJvm.command(
                directory,
                OPTIONS,
                WorkerMain.class,
                SlowJobFactory.class,
                VolumeRecord.class,
                BlockDevice.class,
                Errno.class);
    }

    /**
     * The same on a host of a laboratory. The process is that of the worker, not of a shell.
     *
     * @param directory receives crash reports
     * @param runDirectory where the host's daemon has its socket
     * @return the command
     * @throws IOException if a class has no place
     */
    public static List<String> onHost(Path directory, Path runDirectory) throws IOException {
        List<String> words = new ArrayList<>(List.of("env", "SANLOCK_RUN_DIR=" + runDirectory));
        words.addAll(plain(directory));
        return words;
    }
}
