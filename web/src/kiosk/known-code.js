// A code whose text is known, to try a reader of codes with before it is believed: rows of 21 modules, dark is 1.

export const KNOWN_TEXT = 'TIERSLIEU';
export const KNOWN_ROWS = [
  0x1fd27f, 0x105641, 0x17495d, 0x175c5d, 0x174e5d, 0x104f41, 0x1fd57f, 0x001b00, 0x16eb4b, 0x0f13ef, 0x1ace00,
  0x050653, 0x1f4120, 0x001a4b, 0x1fdf2d, 0x10581c, 0x1745cb, 0x175e52, 0x175154, 0x1040a0, 0x1fdc8a,
];
const MODULE = 6;
const QUIET = 4;
const SIDE = MODULE * (KNOWN_ROWS.length + 2 * QUIET);

/** Draw the code on a canvas (an empty white one with `isBlank`). */
export function drawKnown(canvas, context, isBlank = false) {
  canvas.width = SIDE;
  canvas.height = SIDE;
  context.fillStyle = '#FFFFFF';
  context.fillRect(0, 0, SIDE, SIDE);
  context.fillStyle = '#000000';
  const last = KNOWN_ROWS.length - 1;
  KNOWN_ROWS.forEach((row, y) => {
    for (let x = 0; x <= last && !isBlank; x += 1) {
      if ((row >> (last - x)) & 1) context.fillRect((x + QUIET) * MODULE, (y + QUIET) * MODULE, MODULE, MODULE);
    }
  });
}

/** Rejects for a reader that does not read the known code, or reads something in a blank picture. */
export async function prove(reader, canvas, context) {
  for (const isBlank of [true, false]) {
    drawKnown(canvas, context, isBlank);
    const texts = await reader(canvas, context);
    if (texts.join() !== (isBlank ? '' : KNOWN_TEXT)) throw new Error('the reader misreads a known code');
  }
}
