// The same outbox without a disk, for browsers that refuse one (private windows): scans are still sent again
// while the page lives, and the page says that they would not survive a reload.

/** An outbox that lives as long as the page. */
export function memoryOutbox() {
  const scans = new Map();
  // Numbers start from the clock, so that a reload never gives one twice.
  let last = Date.now();
  return {
    async keep(scan) {
      last += 1;
      const kept = { ...scan, device_seq: last };
      scans.set(last, kept);
      return kept;
    },
    async change(scan) {
      if (scans.has(scan.device_seq)) scans.set(scan.device_seq, scan);
    },
    async putBack(again) {
      for (const scan of again) scans.set(scan.device_seq, scan);
    },
    waiting: async (limit) => [...scans.values()].slice(0, limit),
    count: async () => scans.size,
    async drop(numbers) {
      for (const number of numbers) scans.delete(number);
    },
  };
}

/** A shelf for answered passages that lives as long as the page. */
export function memoryShelf() {
  let rows = [];
  let last = 0;
  return {
    async add(found) {
      for (const row of found) rows.push({ ...row, n: (last += 1) });
    },
    from: async (first, limit) => rows.filter(({ n }) => n >= first).slice(0, limit),
    async remove(numbers) {
      rows = rows.filter(({ n }) => !numbers.includes(n));
    },
    async trim(before, most) {
      rows = rows.slice(-most).filter(({ kept_at: at }) => at >= before);
    },
    async clear() {
      rows = [];
    },
  };
}

/** The outbox on disk when the browser gives one, else the one in memory; `isDurable` says which. */
export async function chooseOutbox(disk) {
  try {
    await disk.count();
    return { ...disk, isDurable: true };
  } catch {
    return { ...memoryOutbox(), isDurable: false };
  }
}
