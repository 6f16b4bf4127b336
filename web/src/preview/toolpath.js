// Reads the service's toolpath: a head, a table of layers, points. The form is told beside the call that gives it.
const MARK = 'TLP1';
const HEAD = 20;
const ROW = 8;

/** Layers from the bed up, each with its height and its points; null when these are not a toolpath's bytes. */
export function readToolpath(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEAD || String.fromCharCode(...new Uint8Array(buffer, 0, 4)) !== MARK) return null;
  const count = view.getUint16(4, true);
  const [left, front, right, back] = [8, 10, 12, 14].map((place) => view.getInt16(place, true));
  const layers = [];
  let place = HEAD + ROW * count;
  for (let row = 0; row < count; row += 1) {
    const at = HEAD + ROW * row;
    const points = view.getUint32(at + 4, true);
    if (place + points * 4 > buffer.byteLength) return null;
    layers.push({ height: view.getInt32(at, true), points: new Int16Array(buffer, place, points * 2) });
    place += points * 4;
  }
  if (!layers.length) return null;
  return { layers, every: view.getUint16(6, true), seen: view.getUint32(16, true), box: { left, front, right, back } };
}
