package io.tenure.io.engine;

import io.tenure.bindings.aio.LinuxAio;
import java.lang.foreign.MemorySegment;

/** The system calls of {@link LinuxAio}, between which and the engine a test can stand. */
interface AioCalls {
    /** The kernel's. */
    AioCalls KERNEL = new Kernel();

    int setup(MemorySegment errno, int eventCount, MemorySegment context);

    int submit(MemorySegment errno, long context, int count, MemorySegment addresses);

    int getevents(
            MemorySegment errno,
            long context,
            int minimum,
            int maximum,
            MemorySegment events,
            MemorySegment timeout);

    int destroy(MemorySegment errno, long context);

    /** Passes everything on. */
    final class Kernel implements AioCalls {
        private Kernel() {}

        @Override
        public int setup(MemorySegment errno, int eventCount, MemorySegment context) {
            return LinuxAio.ioSetup(errno, eventCount, context);
        }

        @Override
        public int submit(MemorySegment errno, long context, int count, MemorySegment addresses) {
            return LinuxAio.ioSubmit(errno, context, count, addresses);
        }

        @Override
        public int getevents(
                MemorySegment errno,
                long context,
                int minimum,
                int maximum,
                MemorySegment events,
                MemorySegment timeout) {
            return LinuxAio.ioGetevents(errno, context, minimum, maximum, events, timeout);
        }

        @Override
        public int destroy(MemorySegment errno, long context) {
            return LinuxAio.ioDestroy(errno, context);
        }
    }
}
