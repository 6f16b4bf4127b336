// Two fonts cut down to French: only the letters, weights and features that the pages use.
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
}
