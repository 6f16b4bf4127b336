// Fonts cut down to what is used. Pages: two fonts with the letters of French. Printed papers: one that writes the
// names of people whose alphabets are Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew or Arabic.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, step) => String.fromCodePoint(first + step)).join('');
const FRENCH =
  range(0x20, 0x7e) + range(0xa0, 0xff) + 'ıŒœŠšŸŽž\u2010\u2012–—‘’‚“”„†•…‹›€™−×';

const FONTS = [
  {
    name: 'text.woff2',
    source: '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
    weight: { min: 400, max: 700 },
  },
  {
    name: 'title.woff2',
    source: '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2',
    weight: 700,
  },
];
const ALPHABETS = FRENCH + range(0x100, 0x24f) + range(0x250, 0x52f) + range(0x531, 0x58f) + range(0x5d0, 0x5ea)
  + range(0x600, 0x6ff) + range(0x10d0, 0x10ff) + range(0x1e00, 0x1fff) + range(0x2190, 0x2193) + range(0xfb50, 0xfdff) + range(0xfe70, 0xfeff);
const PAPER_FONTS = [
  { name: 'paper.ttf', source: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf' },
  { name: 'paper-bold.ttf', source: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf' },
];
export const PAPERS = PAPER_FONTS.map(({ name }) => name);
const FEATURES = ['kern', 'liga', 'ccmp', 'locl', 'mark', 'tnum', 'lnum'];

/** Write the fonts into a folder; a font that is there is kept (npm ci empties the folder when versions change). */
export async function buildFonts(require, folder) {
  await mkdir(folder, { recursive: true });
  const subset = require('subset-font');
  for (const { name, source, weight } of FONTS) {
    const target = join(folder, name);
    if (existsSync(target)) continue;
    const cut = await subset(await readFile(require.resolve(source)), FRENCH, {
      targetFormat: 'woff2',
      variationAxes: { wght: weight },
      keepFeatures: FEATURES,
      noHinting: true,
    });
    await writeFile(target, cut);
  }
  for (const { name, source } of PAPER_FONTS) {
    const target = join(folder, name);
    if (existsSync(target)) continue;
    await writeFile(target, await subset(await readFile(require.resolve(source)), ALPHABETS, { targetFormat: 'truetype' }));
  }
}
