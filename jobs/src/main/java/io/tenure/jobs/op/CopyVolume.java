package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyPlan;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.RecordUse;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.LeaseClaim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes volumes anew, each from a source: all of its capacity, with zeroes where the source has
 * none or is shorter. The sources' leases are shared, the volumes' exclusive.
 *
 * <p>Several volumes are each written from their own source, or all from one. Those of one size
 * that have the same source are written together, and it is read once for them, unless storage is
 * to be shared; the others one after the other. They are one job in that all are validated before
 * any is touched, and none is committed before the data of all is durable. But each has its own
 * record, and the commits are several writes: a job that is cut off or fails between two of them
 * leaves the first ones completed and the others interrupted or failed. Each volume's record tells
 * the truth of that volume, see {@link io.tenure.recon.Reconnaissance}; the job's own result tells
 * it of each, see {@link io.tenure.jobs.JobResult#volumes}.
 */
public final class CopyVolume implements Job {
    private final JobRequest request;
    private final CopySettings settings;
    private final List<JobTarget> targets;
    private final List<CopySource> sources;
    private final List<TransferWork> transfers;
    private List<List<CopyPlan>> together = List.of();
    private @Nullable Copier copier;

    /**
     * Creates the job that writes one volume.
     *
     * @param id the job's name on storage
     * @param source where the data comes from
     * @param domain the domain of the volume
     * @param volumeId the volume to write
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param settings how the data is moved
     */
    public CopyVolume(
            UUID id,
            CopySource source,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            CopySettings settings) {
        this(
                id,
                settings,
                List.of(new Transfer(source, new JobTarget(domain, volumeId, expectedGeneration))));
    }

    /**
     * Creates the job that writes several volumes.
     *
     * @param id the job's name on storage, in the record of each volume
     * @param transfers what is written from where, in this order
     * @param settings how the data is moved
     * @return the job
     * @throws InvalidRequestException if there is no transfer, or two write one volume
     */
    public static CopyVolume ofSeveral(UUID id, List<Transfer> transfers, CopySettings settings)
            throws InvalidRequestException {
        if (transfers.isEmpty()) {
            throw new InvalidRequestException("a copy needs a volume to write");
        }
        Set<UUID> written = new HashSet<>();
        for (Transfer each : transfers) {
            if (!written.add(each.destination().volumeId())) {
                throw new InvalidRequestException(
                        "volume "
                                + each.destination().volumeId()
                                + " is to be written twice by one copy; name it once");
            }
        }
        return new CopyVolume(id, settings, transfers);
    }

    private CopyVolume(UUID id, CopySettings settings, List<Transfer> transfers) {
        this.settings = settings;
        this.targets = transfers.stream().map(Transfer::destination).toList();
        this.sources = transfers.stream().map(Transfer::source).toList();
        this.transfers = transfers.stream().map(each -> new TransferWork(each, settings)).toList();
        JobTarget first = targets.getFirst();
        this.request =
                new JobRequest(
                        id,
                        "copy",
                        first.domain(),
                        first.volumeId(),
                        RecordUse.REWRITES,
                        first.expectedGeneration());
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.copy(sources, settings));
    }

    @Override
    public List<JobTarget> targets() {
        return targets;
    }

    @Override
    public long bufferBytes() {
        return settings.bufferBytes();
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        Volume volume = Objects.requireNonNull(target);
        List<LeaseClaim> claims = new ArrayList<>();
        for (TransferWork each : transfers) {
            if (each.writes(volume)) {
                claims.addAll(each.claims(volume));
            }
        }
        return claims;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        for (int i = 0; i < transfers.size(); i++) {
            transfers.get(i).validate(context.ofEachTarget().get(i));
        }
        together = together();
        // The memory and the engine of the first; the others have them one after the other.
        copier = CopyWork.open(together.getFirst(), context);
    }

    @Override
    public void work(JobContext context) throws IOException {
        CopyWork work = new CopyWork(context, transfers.stream().map(TransferWork::plan).toList());
        for (List<CopyPlan> plans : together) {
            Copier ready = copier;
            copier = null;
            work.run(ready != null ? ready : CopyWork.open(plans, context));
        }
    }

    /** What is read once: the first of those that are written together opens the source for all. */
    private List<List<CopyPlan>> together() {
        Map<Object, List<CopyPlan>> together = new LinkedHashMap<>();
        for (TransferWork each : transfers) {
            List<CopyPlan> plans =
                    together.computeIfAbsent(each.likeness(), likeness -> new ArrayList<>());
            plans.add(
                    plans.isEmpty()
                            ? each.plan()
                            : each.plan().withSource(plans.getFirst().source()));
        }
        return List.copyOf(together.values());
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        Copier began = copier;
        if (began != null) {
            copier = null;
            all.run(began::close); // before the devices and the leases
        }
        transfers.forEach(each -> all.run(each::close));
        all.throwFirst();
    }
}
