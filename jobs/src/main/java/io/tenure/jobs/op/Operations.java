package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.Legality;
import io.tenure.io.Access;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFactory;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.WorkerOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Makes the jobs of this package in worker processes, from the recipes that they gave. */
public final class Operations implements JobFactory {
    private static final String OPERATION = "operation";
    private static final String SOURCE_DOMAIN = "source-domain";
    private static final String SOURCE_VOLUME = "source-volume";
    private static final String FILE = "file";
    private static final String DISCARD = "discard";
    private static final String BYTES = "bytes";
    private static final String ALLOCATION = "allocation";
    private static final String DEVICE = "device";
    private static final String DESCRIPTION = "description";
    private static final String LEGALITY = "legality";

    /** For whom a job is to be made. */
    public Operations() {}

    private static SettingsText of(String operation) {
        return new SettingsText().put(OPERATION, operation);
    }

    private static JobRecipe recipe(SettingsText text) {
        return JobRecipe.of(Operations.class, text.parameters());
    }

    /** Of the sources alone: what is written stands in the order. */
    static JobRecipe copy(List<CopySource> sources, CopySettings settings) {
        SettingsText text = of("copy").put(settings);
        for (int i = 0; i < sources.size(); i++) {
            switch (sources.get(i)) {
                case CopySource.OfVolume(var domain, var volumeId) ->
                        text.put(SOURCE_DOMAIN + place(i), domain.path().toAbsolutePath())
                                .put(SOURCE_VOLUME + place(i), volumeId);
                case CopySource.Outside(var path) ->
                        text.put(FILE + place(i), path.toAbsolutePath());
            }
        }
        return recipe(text);
    }

    /** Behind a name: which of the transfers it is about; nothing for the first. */
    private static String place(int index) {
        return index == 0 ? "" : "." + index;
    }

    static JobRecipe export(Path target, CopySettings settings) {
        return recipe(of("export").put(FILE, target).put(settings));
    }

    static JobRecipe zero(ZeroVolume.Discard discard, ZeroSettings settings) {
        return recipe(of("zero").put(DISCARD, discard).put(settings));
    }

    static JobRecipe discard(ZeroSettings settings) {
        return recipe(of("discard").put(settings));
    }

    static JobRecipe fill(ZeroSettings settings) {
        return recipe(of("fill").put(settings));
    }

    static JobRecipe delete() {
        return recipe(of("delete"));
    }

    static JobRecipe create(VolumeSpec spec) {
        SettingsText text =
                of("create")
                        .put(BYTES, spec.capacityBytes())
                        .put(ALLOCATION, spec.allocation())
                        .put(DESCRIPTION, spec.description());
        spec.device().ifPresent(path -> text.put(DEVICE, path.toAbsolutePath()));
        return recipe(text);
    }

    static JobRecipe update(VolumeChanges changes) {
        SettingsText text = of("update");
        changes.description().ifPresent(words -> text.put(DESCRIPTION, words));
        changes.legality().ifPresent(legality -> text.put(LEGALITY, legality));
        changes.capacityBytes().ifPresent(bytes -> text.put(BYTES, bytes));
        return recipe(text);
    }

    @Override
    public Job make(WorkerOrder order, StorageDomain domain) throws IOException {
        SettingsText text = new SettingsText(order.parameters());
        UUID id = order.jobId();
        UUID volume = order.volumeId();
        Long expected = order.expectedGeneration();
        return switch (text.required(OPERATION)) {
            case "copy" -> CopyVolume.ofSeveral(id, transfers(order, text, domain), text.forCopy());
            case "export" ->
                    new ExportVolume(
                            id, domain, volume, Path.of(text.required(FILE)), text.forCopy());
            case "zero" ->
                    new ZeroVolume(
                            id,
                            domain,
                            volume,
                            expected,
                            text.oneOf(DISCARD, ZeroVolume.Discard.NONE),
                            text.forZeroes());
            case "discard" -> new DiscardVolume(id, domain, volume, expected, text.forZeroes());
            case "fill" -> new FillVolume(id, domain, volume, expected, text.forZeroes());
            case "delete" -> new DeleteVolume(id, domain, volume, expected);
            case "create" -> new CreateVolume(id, domain, spec(text, volume));
            case "update" -> new UpdateVolume(id, domain, volume, expected, changes(text));
            default ->
                    throw new InvalidRequestException(
                            "there is no operation " + text.required(OPERATION));
        };
    }

    /** Other domains stay open for as long as the process, which has this job alone. */
    private static List<Transfer> transfers(
            WorkerOrder order, SettingsText text, StorageDomain first) throws IOException {
        Map<Path, StorageDomain> open = new HashMap<>();
        open.put(order.domain(), first);
        for (WorkerOrder.Target target : order.targets()) { // before those that are only read
            open(target.domain(), Access.READ_WRITE, open);
        }
        List<Transfer> transfers = new ArrayList<>();
        for (WorkerOrder.Target target : order.targets()) {
            transfers.add(
                    new Transfer(
                            source(text, place(transfers.size()), open),
                            new JobTarget(
                                    open(target.domain(), Access.READ_WRITE, open),
                                    target.volumeId(),
                                    target.expectedGeneration())));
        }
        return transfers;
    }

    private static CopySource source(SettingsText text, String place, Map<Path, StorageDomain> open)
            throws IOException {
        Optional<String> file = text.get(FILE + place);
        if (file.isPresent()) {
            return new CopySource.Outside(Path.of(file.get()));
        }
        return new CopySource.OfVolume(
                open(Path.of(text.required(SOURCE_DOMAIN + place)), Access.READ_ONLY, open),
                UUID.fromString(text.required(SOURCE_VOLUME + place)));
    }

    private static StorageDomain open(Path path, Access access, Map<Path, StorageDomain> open)
            throws IOException {
        StorageDomain known = open.get(path);
        if (known != null) {
            return known;
        }
        StorageDomain opened = StorageDomain.open(path, access);
        open.put(path, opened);
        return opened;
    }

    private static VolumeSpec spec(SettingsText text, UUID volume) {
        return new VolumeSpec(
                volume,
                Long.parseLong(text.required(BYTES)),
                text.oneOf(ALLOCATION, Allocation.SPARSE),
                text.get(DEVICE).map(Path::of),
                text.get(DESCRIPTION).orElse(""));
    }

    private static VolumeChanges changes(SettingsText text) {
        Optional<String> bytes = text.get(BYTES);
        return new VolumeChanges(
                text.get(DESCRIPTION),
                text.get(LEGALITY).map(Legality::valueOf),
                bytes.isPresent()
                        ? OptionalLong.of(Long.parseLong(bytes.get()))
                        : OptionalLong.empty());
    }
}
