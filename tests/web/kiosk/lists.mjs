// Lists of badges as the service signs them, with a key of the test.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export const NOW = 1_795_502_400;
export const CARD = 'C'.repeat(22);
export const PHONE = 'a1b2c3d4e5f607';
const GATE = { zone: 1, rules: [['role', 'member']], opened: [[NOW - 3600, NOW + 3600]], capacity: null, inside: 0, counts_staff: true };

const rawOf = (key) => key.export({ format: 'jwk' }).x;

/** A house with a key: `list(fields)` is what it answers, signed. */
export class House {
  constructor() {
    this.pair = generateKeyPairSync('ed25519');
    this.publicKey = rawOf(this.pair.publicKey);
    this.rows = new Map();
    this.put([1, 'Sofia M', 0, [CARD, PHONE]], [2, 'Léa B', 0, ['L'.repeat(22)]]);
  }

  put(...rows) {
    for (const row of rows) this.rows.set(row[0], row);
  }

  list(fields = {}, { signer = this.pair.privateKey, kid = 1, former = [] } = {}) {
    const rows = [...this.rows.values()].sort((one, other) => one[0] - other[0]);
    const payload = JSON.stringify({
      v: 1, site: 1, device: 'kiosk-entree', made_at: NOW, rev: 5, since: 0, is_full: true, count: rows.length,
      digest: createHash('sha256').update(rows.map((row) => JSON.stringify(row)).join('\n')).digest('hex'),
      gate: GATE, keys: [[1, this.publicKey, NOW + 86400]], profiles: [[['member'], [], [], 0]], holders: rows, gone: [], inside: [],
      ...fields,
    });
    const sealed = (by) => sign(null, Buffer.from(`tierslieu.snapshot.${payload}`), by).toString('base64url');
    return { payload, signature: sealed(signer), kid, former: former.map(([number, by]) => [number, sealed(by)]) };
  }
}

export function memoryStore() {
  const store = { text: '', get: async () => store.text, set: async (text) => { store.text = text; }, clear: async () => { store.text = ''; } };
  return store;
}

/** localStorage of a test. */
export function memoryStorage() {
  const texts = new Map();
  return { getItem: (name) => texts.get(name) ?? null, setItem: (name, text) => texts.set(name, text) };
}
