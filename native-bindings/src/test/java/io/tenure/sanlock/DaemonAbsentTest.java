package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DaemonAbsentTest {
    private static final int MIB = 1 << 20;

    @TempDir private Path directory;

    @Test
    void without_a_daemon_every_call_says_that_it_is_not_running() {
        Lockspace lockspace = new Lockspace("L", 1, "/f", 0, 512, MIB);
        Resource resource = new Resource("L", "R", "/f", 0, 512, MIB);
        Owner owner = new Owner(1, 1, 0, LeaseMode.EXCLUSIVE, 1);
        try (Sanlock sanlock = Sanlock.open(directory)) {
            assertGone(sanlock::version);
            assertGone(sanlock::register);
            assertGone(() -> sanlock.writeLockspace(lockspace, 1));
            assertGone(() -> sanlock.readLockspace(lockspace));
            assertGone(() -> sanlock.addLockspace(lockspace, 1));
            assertGone(() -> sanlock.addLockspaceAsync(lockspace, 1));
            assertGone(() -> sanlock.isJoined(lockspace));
            assertGone(() -> sanlock.awaitLockspace(lockspace));
            assertGone(() -> sanlock.removeLockspace(lockspace));
            assertGone(() -> sanlock.removeUnusedLockspace(lockspace));
            assertGone(() -> sanlock.leasesOf(1).inquire());
            assertGone(() -> sanlock.leasesOf(1).release(List.of(resource)));
            assertGone(sanlock::lockspaces);
            assertGone(() -> sanlock.hosts("L"));
            assertGone(() -> sanlock.writeResource(resource));
            assertGone(() -> sanlock.clearResource(resource));
            assertGone(() -> sanlock.readResource(resource));
            assertGone(() -> sanlock.owners(resource));
            assertGone(() -> sanlock.request(resource, RequestMode.GRACEFUL));
            assertGone(() -> sanlock.request(resource, owner, RequestMode.FORCE));
            assertGone(() -> sanlock.removeLockspaceAsync(lockspace));
            assertGone(() -> sanlock.configure("L", LockspaceUse.USED));
            assertGone(() -> sanlock.defaultAlignBytes("/f"));
            assertGone(() -> sanlock.judgeOwners(resource));
            assertGone(() -> sanlock.examine(resource));
            assertGone(() -> sanlock.examineLockspace("L"));
            assertGone(() -> sanlock.events("L").listen());
            assertGone(() -> sanlock.events("L").send(new EventTarget.Host(1), 1, 0));
            assertGone(() -> sanlock.events("L").withdraw());
            ResourceIndex index = sanlock.index(new IndexPlace("L", "/f", 0, 512, MIB, 1));
            assertGone(index::format);
            assertGone(() -> index.lookup("R"));
            assertGone(() -> index.create("R"));
            assertGone(index::rebuild);
        }
    }

    @Test
    void after_closing_calls_are_refused() {
        Sanlock sanlock = Sanlock.open(directory);
        assertGone(sanlock::version);
        sanlock.close();
        sanlock.close();
        assertThatThrownBy(sanlock::version).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void where_native_code_cannot_be_used_opening_works_and_the_first_call_says_why()
            throws IOException {
        ChildJvm child =
                ChildJvm.run(
                        directory,
                        List.of("--illegal-native-access=deny"),
                        FirstUse.class,
                        Sanlock.class);
        assertThat(child.output())
                .contains("opened")
                .contains("first use: the JVM refuses native access")
                .contains("private: the JVM refuses native access");
        assertThat(child.exitCode()).isZero();
    }

    private static void assertGone(ThrowingCallable call) {
        SanlockException e = catchThrowableOfType(SanlockException.class, call);
        assertThat(e.isDaemonGone()).as(e.getMessage()).isTrue();
        assertThat(e.getMessage()).contains("ENOENT", "start it").doesNotContain("\n");
    }

    /** Opens first and uses then, so that the output shows which of the two failed. */
    static final class FirstUse {
        public static void main(String[] arguments) throws Exception {
            try (Sanlock sanlock = Sanlock.open();
                    Sanlock other = Sanlock.open(Path.of("/tmp"))) {
                System.out.println("opened");
                System.out.println("first use: " + message(sanlock));
                System.out.println("private: " + message(other));
            }
        }

        private static String message(Sanlock sanlock) throws SanlockException {
            try {
                return sanlock.version().toString();
            } catch (NativeUnavailableException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}
