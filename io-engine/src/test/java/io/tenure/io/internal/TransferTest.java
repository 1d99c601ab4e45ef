package io.tenure.io.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How calls that transfer less than asked become whole transfers. */
final class TransferTest {
    private static final int UNIT_BYTES = 512;
    private static final long OFFSET_BYTES = 1 << 20;

    /** A call that gives prepared answers, and notes what it was asked. */
    private static final class Script implements Transfer.Call {
        private final List<Long> answers;
        private final List<String> asked = new ArrayList<>();
        private int next;

        Script(Long... answers) {
            this.answers = List.of(answers);
        }

        @Override
        public long transfer(int fd, MemorySegment memory, long lengthBytes, long offsetBytes) {
            assertThat(lengthBytes).isEqualTo(memory.byteSize());
            asked.add((offsetBytes - OFFSET_BYTES) + "+" + lengthBytes);
            long answer = answers.get(next);
            next++;
            if (answer > 0) {
                memory.asSlice(0, answer).fill((byte) next);
            }
            return answer;
        }
    }

    @Test
    void aWholeWriteIsOneCall() {
        Script script = new Script(2048L);
        assertThat(write(script)).isZero();
        assertThat(script.asked).containsExactly("0+2048");
    }

    @Test
    void anInterruptedWriteIsCalledAgain() {
        Script script = new Script((long) -Errno.EINTR, (long) -Errno.EINTR, 2048L);
        assertThat(write(script)).isZero();
        assertThat(script.asked).containsExactly("0+2048", "0+2048", "0+2048");
    }

    @Test
    @Tag("ovirt-29")
    void aShortWriteGoesOnWithTheRest() {
        Script script = new Script(512L, 1024L, 512L);
        assertThat(write(script)).isZero();
        assertThat(script.asked).containsExactly("0+2048", "512+1536", "1536+512");
    }

    @Test
    @Tag("ovirt-29")
    void aWriteThatStoppedWithinASectorGoesOnAtTheSectorsBeginning() {
        Script script = new Script(1300L, 1024L);
        assertThat(write(script)).isZero();
        assertThat(script.asked).containsExactly("0+2048", "1024+1024");
    }

    @Test
    @Tag("ovirt-29")
    void aWriteThatMakesNoProgressFails() {
        assertThat(write(new Script(0L))).isEqualTo(-Errno.EIO);
        assertThat(write(new Script(1024L, 100L))).isEqualTo(-Errno.EIO);
    }

    @Test
    @Tag("ovirt-29")
    void anErrorAfterAShortWriteIsReported() {
        assertThat(write(new Script(1024L, (long) -Errno.ENOSPC))).isEqualTo(-Errno.ENOSPC);
    }

    @Test
    void aReadGoesOnUntilTheFileEnds() {
        Script script = new Script(512L, 1024L, 0L);
        assertThat(read(script)).isEqualTo(1536);
        assertThat(script.asked).containsExactly("0+2048", "512+1536", "1536+512");
    }

    @Test
    void aReadThatEndsWithinASectorAsksOnceMoreWhetherThatIsTheEnd() {
        Script script = new Script(1300L, 276L);
        assertThat(read(script)).isEqualTo(1300);
        assertThat(script.asked).containsExactly("0+2048", "1024+1024");
    }

    @Test
    void aReadThatWasCutShortWithinASectorGoesOn() {
        Script script = new Script(1300L, 1024L);
        assertThat(read(script)).isEqualTo(2048);
    }

    @Test
    void anInterruptedReadIsCalledAgainAndAnErrorReported() {
        assertThat(read(new Script((long) -Errno.EINTR, (long) -Errno.EIO))).isEqualTo(-Errno.EIO);
    }

    @Test
    void whatIsReadLiesWhereItBelongs() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2048, UNIT_BYTES);
            Transfer.read(new Script(512L, 1536L), 3, memory, OFFSET_BYTES, UNIT_BYTES);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 511)).isEqualTo((byte) 1);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 512)).isEqualTo((byte) 2);
        }
    }

    private static long write(Script script) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2048, UNIT_BYTES);
            return Transfer.write(script, 3, memory, OFFSET_BYTES, UNIT_BYTES);
        }
    }

    private static long read(Script script) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2048, UNIT_BYTES);
            return Transfer.read(script, 3, memory, OFFSET_BYTES, UNIT_BYTES);
        }
    }
}
