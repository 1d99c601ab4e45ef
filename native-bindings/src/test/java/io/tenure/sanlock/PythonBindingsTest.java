package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Python's sanlock bindings and ours on one lockspace: each sees what the other did. */
final class PythonBindingsTest {
    private static final int MIB = 1 << 20;

    /** Evaluates each line, and answers with one line. */
    private static final String INTERPRETER =
            """
            import sanlock, sys
            def fails(call):
                try:
                    return call()
                except sanlock.SanlockException as e:
                    return e.errno
            fd = sanlock.register()
            for line in sys.stdin:
                print(repr(eval(line)), flush=True)
            """;

    @Test
    void each_sees_what_the_other_did() throws Exception {
        try (SanlockLab lab = SanlockLab.start(1)) {
            Sanlock sanlock = lab.sanlock(0);
            Path file = lab.leaseFile("leases:1", 8L * MIB);
            Lockspace lockspace = new Lockspace("LS", 1, file.toString(), 0, 512, MIB);
            Resource resource = new Resource("LS", "R", file.toString(), 2L * MIB, 512, MIB);
            LeaseClaim claim = new LeaseClaim(resource, LeaseMode.EXCLUSIVE);
            String named = "b'LS', b'R', [('" + file + "', " + 2 * MIB + ")]";
            try (Python python = new Python(lab);
                    Registration registration = sanlock.register()) {
                python.eval("sanlock.write_lockspace(b'LS', '" + file + "', iotimeout=1)");
                assertThat(sanlock.readLockspace(lockspace))
                        .isEqualTo(new LockspaceInfo("LS", 1, 512, MIB));
                sanlock.addLockspace(lockspace, SanlockLab.IO_TIMEOUT_SECONDS);
                String where = "b'LS', 1, '" + file + "'";
                assertThat(python.eval("sanlock.inq_lockspace(" + where + ")")).isEqualTo("True");
                assertThat(python.eval("len(sanlock.get_lockspaces())")).isEqualTo("1");
                python.eval("sanlock.write_resource(" + named + ")");
                assertThat(sanlock.readResource(resource).lver()).isZero();

                registration.lockValues().acquire(claim, "java");
                registration.lockValues().set(resource, "java".getBytes(StandardCharsets.UTF_8));
                long pid = ProcessHandle.current().pid();
                assertThat(
                                python.eval(
                                        "[(x['lockspace'], x['resource'], x['version'], x['disks'])"
                                                + " for x in sanlock.inquire(pid="
                                                + pid
                                                + ")]"))
                        .isEqualTo("[(b'LS', b'R', 1, [('" + file + "', " + 2 * MIB + ")])]");
                assertThat(
                                python.eval(
                                        "[x['host_id'] for x in sanlock.read_resource_owners("
                                                + named
                                                + ")]"))
                        .isEqualTo("[1]");
                String acquire = "sanlock.acquire(" + named + ", slkfd=fd, lvb=True)";
                assertThat(python.eval("fails(lambda: " + acquire + ")")).isEqualTo("17");
                registration.release(List.of(resource));

                assertThat(python.eval(acquire)).isEqualTo("None");
                assertThat(python.eval("sanlock.get_lvb(" + named + ", 4)")).isEqualTo("b'java'");
                python.eval("sanlock.set_lvb(" + named + ", b'python')");
                SanlockException e =
                        catchThrowableOfType(
                                SanlockException.class,
                                () -> registration.acquire(List.of(claim), ""));
                assertThat(e.isHeldHere()).as(SanlockReturn.describe(e.code())).isTrue();
                assertThat(sanlock.owners(resource).getFirst().lver()).isEqualTo(2);
                ProcessLeases ofPython = sanlock.leasesOf(python.pid());
                HeldLease held =
                        new HeldLease("LS", "R", file.toString(), 2L * MIB, 2, LeaseMode.EXCLUSIVE);
                assertThat(ofPython.inquire()).containsExactly(held);
                ofPython.release(List.of(resource));
                assertThat(python.eval("sanlock.inquire(slkfd=fd)")).isEqualTo("[]");
                ofPython.acquire(List.of(claim.requiring(2)), "for python");
                assertThat(python.eval("sanlock.inquire(slkfd=fd)[0]['version']")).isEqualTo("3");
                python.eval("sanlock.release(" + named + ", slkfd=fd)");
                assertThat(ofPython.inquire()).isEmpty();
                registration.lockValues().acquire(claim.requiring(3), "");
                assertThat(registration.lockValues().get(resource))
                        .isEqualTo(Arrays.copyOf("python".getBytes(StandardCharsets.UTF_8), 512));
            }
        }
    }

    /** An interpreter that talks to the lab's daemon. */
    private static final class Python implements AutoCloseable {
        private final Process process;
        private final Writer input;
        private final BufferedReader output;

        Python(SanlockLab lab) throws IOException {
            ProcessBuilder builder =
                    new ProcessBuilder("/usr/bin/python3", "-c", INTERPRETER)
                            .redirectErrorStream(true);
            builder.environment().putAll(lab.environment(0));
            process = builder.start();
            input = process.outputWriter(StandardCharsets.UTF_8);
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        long pid() {
            return process.pid();
        }

        String eval(String expression) throws IOException {
            input.write(expression + "\n");
            input.flush();
            String line = output.readLine();
            if (line == null || line.startsWith("Traceback")) {
                throw new IOException(
                        expression + ": " + String.join("\n", output.lines().toList()));
            }
            return line;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
