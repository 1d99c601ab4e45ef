package io.tenure.io.engine;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.InlineEngine;
import io.tenure.testing.io.IoEngineContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** The contract of engines, for every engine. */
final class EngineContractTest {

    /** On files. */
    abstract static class OnFiles extends IoEngineContract {
        @Override
        protected BlockDevice openDevice(Path path, long sizeBytes) throws IOException {
            return BlockDevices.create(path, sizeBytes);
        }
    }

    /** On block devices. */
    abstract static class OnLoopDevices extends IoEngineContract {
        private final List<LoopDevice> loops = new ArrayList<>();

        @Override
        protected BlockDevice openDevice(Path path, long sizeBytes) throws IOException {
            LoopDevice loop = LoopDevice.create(Files.createDirectory(path), sizeBytes, UNIT_BYTES);
            loops.add(loop);
            return BlockDevices.open(loop.path(), Access.READ_WRITE);
        }

        @Override
        protected void closeDevices() throws IOException {
            for (LoopDevice loop : loops) {
                loop.close();
            }
        }
    }

    @Nested
    final class Aio extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) throws IOException {
            return new AioEngine(gate, DEPTH);
        }
    }

    @Nested
    final class AioOnBlockDevices extends OnLoopDevices {
        @Override
        protected IoEngine createEngine(IoGate gate) throws IOException {
            return new AioEngine(gate, DEPTH);
        }
    }

    /** Every completion is short, every call interrupted once. */
    @Nested
    final class AioOnABadDay extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) throws IOException {
            return new AioEngine(gate, DEPTH, FaultyAio.onABadDay());
        }
    }

    @Nested
    final class Uring extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) throws IOException {
            return new UringEngine(gate, DEPTH);
        }
    }

    @Nested
    final class UringOnBlockDevices extends OnLoopDevices {
        @Override
        protected IoEngine createEngine(IoGate gate) throws IOException {
            return new UringEngine(gate, DEPTH);
        }
    }

    @Nested
    final class Threads extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new ThreadEngine(gate, DEPTH, 3);
        }
    }

    @Nested
    final class ThreadsOnBlockDevices extends OnLoopDevices {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new ThreadEngine(gate, DEPTH, 3);
        }
    }

    @Nested
    final class OneThread extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new ThreadEngine(gate, DEPTH, 1);
        }
    }

    @Nested
    final class Inline extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new InlineEngine(gate, DEPTH, new Random(1));
        }
    }

    @Nested
    final class NotKillSafe extends OnFiles {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return InlineEngine.notKillSafe(gate, DEPTH, new Random(1));
        }
    }
}
