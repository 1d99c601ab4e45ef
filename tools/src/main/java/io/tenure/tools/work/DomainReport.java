package io.tenure.tools.work;

import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.Legality;
import io.tenure.format.Superblock;
import io.tenure.format.VolumeRecord;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.output.TextDetails;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a domain is shown: what its superblock says, and how full it is.
 *
 * @param domain the domain, open
 * @param volumes how many volumes it has
 * @param invalidSlots in how many slots no record is valid
 */
public record DomainReport(StorageDomain domain, int volumes, int invalidSlots) {

    /**
     * Reads what is to be shown.
     *
     * @param domain the domain, open
     * @return its report
     * @throws IOException if storage could not be read
     */
    public static DomainReport of(StorageDomain domain) throws IOException {
        int volumes = 0;
        int invalid = 0;
        for (SlotContent slot : domain.store().readAll()) {
            VolumeRecord record = slot.record();
            if (record == null) {
                invalid++;
            } else if (record.legality() != Legality.REMOVED) {
                volumes++;
            }
        }
        return new DomainReport(domain, volumes, invalid);
    }

    /**
     * The domain for programs.
     *
     * @return fields in their order; sizes and offsets in bytes
     */
    public Map<String, @Nullable Object> fields() {
        Superblock superblock = domain.superblock();
        DomainLayout layout = superblock.layout();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", domain.id());
        fields.put("path", domain.path());
        fields.put("control_path", domain.controlPath());
        fields.put("leases", domain.leaseKind().name().toLowerCase(Locale.ROOT));
        fields.put("sector_size", layout.sectorBytes());
        fields.put("lease_align", layout.leaseAlignBytes());
        fields.put("io_timeout", superblock.ioTimeoutSeconds());
        fields.put("created", superblock.created());
        fields.put("max_volumes", layout.maxVolumes());
        fields.put("max_hosts", maxHosts());
        fields.put("volumes", volumes);
        fields.put("invalid_slots", invalidSlots);
        fields.put("control_bytes", layout.totalBytes());
        fields.put("lockspace_offset", layout.lockspaceOffset());
        fields.put("domain_lease_offset", layout.leaseOffset(DomainLayout.DOMAIN_SLOT));
        fields.put("metadata_start", layout.metadataStart());
        return fields;
    }

    /**
     * The domain for people.
     *
     * @return lines with their ends
     */
    public String text() {
        Superblock superblock = domain.superblock();
        DomainLayout layout = superblock.layout();
        TextDetails details =
                new TextDetails()
                        .detail("domain", domain.id())
                        .detail("path", domain.path())
                        .detail(
                                "control area",
                                domain.controlPath() + ", " + HumanSize.of(layout.totalBytes()))
                        .detail("leases", leases(superblock))
                        .detail("sector", HumanSize.of(layout.sectorBytes()))
                        .detail("lease alignment", HumanSize.of(layout.leaseAlignBytes()))
                        .detail("created", superblock.created())
                        .detail("volumes", volumes + " of at most " + layout.maxVolumes());
        if (invalidSlots > 0) {
            details.detail("invalid records", invalidSlots + " (volume list shows them)");
        }
        return details.render();
    }

    private String leases(Superblock superblock) {
        return superblock.leaseKind() == LeaseKind.LOCAL
                ? "local (locks of this host only)"
                : "sanlock (up to %d hosts, io timeout %d s)"
                        .formatted(maxHosts(), superblock.ioTimeoutSeconds());
    }

    private int maxHosts() {
        return domain.leaseKind() == LeaseKind.LOCAL ? 1 : domain.superblock().layout().maxHosts();
    }
}
