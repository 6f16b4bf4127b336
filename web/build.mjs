// Builds web/dist/ from web/src/: scripts, one style sheet, two subset fonts, the icon sprite and the mark.
// Names carry a hash of the content, manifest.json maps plain names to them, texts get a .gz companion.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PAPERS, buildFonts } from './build/fonts.mjs';
import { buildSprite } from './build/icons.mjs';
import { drawMark, kioskManifest } from './build/tablet.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SRC = join(HERE, 'src');
const DIST = join(HERE, 'dist');
const OUT = join(HERE, 'dist.new');
const GENERATED = join(HERE, 'node_modules', '.cache', 'generated');
const HALF_HOURS = 28;
const STATIC = '/static/';
const COMPRESSED = new Set(['.js', '.css', '.svg', '.wasm', '.txt', '.json']);
const SHELL = [
  'app.css', 'kiosk.js', 'decode.worker.js', 'zxing_reader.wasm', 'text.woff2', 'title.woff2', 'icons.svg', 'mark.svg',
  'kiosk.webmanifest', 'mark-192.png',
];
const PASS_SHELL = ['app.css', 'pass.js', 'text.woff2', 'title.woff2', 'mark.svg'];
const TABLET_ICONS = [['mark-192.png', 192, 'any'], ['mark-512.png', 512, 'any'], ['mark-cut-512.png', 512, 'maskable']];

const LICENCES = [
  '@noble/ed25519/LICENSE',
  '@fontsource-variable/atkinson-hyperlegible-next/LICENSE',
  '@fontsource-variable/bricolage-grotesque/LICENSE',
  'dejavu-fonts-ttf/LICENSE',
  'lucide-static/LICENSE',
  'htmx.org/LICENSE',
  'zxing-wasm/LICENSE',
];

const TARGET = {
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: 'linked',
  charset: 'utf8',
  target: ['es2022', 'chrome123', 'safari17.5', 'firefox128'],
  logLevel: 'warning',
};
const manifest = {};

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();

/** Write bytes under a hashed name and note it in the manifest. */
async function emit(name, bytes) {
  const suffix = extname(name);
  const hashed = `${basename(name, suffix)}-${hash(bytes)}${suffix}`;
  await writeFile(join(OUT, hashed), bytes);
  manifest[name] = hashed;
}

/** Run esbuild over entries of src/ and note what came out; a file asset is noted under its own name. */
async function bundle(entries, options) {
  const result = await build({ ...TARGET, ...options, entryPoints: entries, outdir: OUT, entryNames: '[name]-[hash]', assetNames: '[name]-[hash]' });
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (path.endsWith('.LEGAL.txt')) continue;
    const source = output.entryPoint ?? Object.keys(output.inputs)[0];
    manifest[basename(source)] = basename(path);
  }
}

/** Where a bar of the board starts (.at1 = 8:00) and how long it is: classes, since pages carry no inline style. */
async function halfHours() {
  const numbers = Array.from({ length: HALF_HOURS }, (_, step) => step + 1);
  const rules = numbers.map((n) => `.at${n}{grid-column-start:${n}}.len${n}{grid-column-end:span ${n}}`);
  await writeFile(join(GENERATED, 'half-hours.css'), `@layer screens{${rules.join('')}}`);
}

/** A service worker: no hash in its name; the list of files and its version come from the manifest. */
async function serviceWorker(name, kept, shell, pages) {
  const files = shell.filter((name) => manifest[name]).map((name) => STATIC + manifest[name]);
  const source = await readFile(join(SRC, name));
  await build({
    ...TARGET,
    metafile: false,
    format: 'iife',
    entryPoints: [join(SRC, name)],
    outfile: join(OUT, name),
    define: {
      __CACHE_NAME__: JSON.stringify(`${kept}-${hash(files.join() + source)}`),
      __PRECACHE__: JSON.stringify([...pages, ...files]),
    },
  });
}

/** The kiosk as an application of its tablet. */
async function tablet() {
  for (const [name, size, purpose] of TABLET_ICONS) await emit(name, drawMark(size, purpose === 'maskable'));
  const icons = TABLET_ICONS.map(([name, ...rest]) => [STATIC + manifest[name], ...rest]);
  await emit('kiosk.webmanifest', kioskManifest(icons));
}

/** What we ship of others, with their terms: fonts, icons, scripts. */
async function licences() {
  const texts = await Promise.all(LICENCES.map((path) => readFile(join(HERE, 'node_modules', path), 'utf8')));
  const parts = LICENCES.map((path, place) => `${path.replace('/LICENSE', '')}\n\n${texts[place].trim()}\n`);
  await emit('licences.txt', parts.join(`\n${'-'.repeat(72)}\n\n`));
}

/** A compressed companion for each file that gains from it. */
async function compress() {
  for (const name of await readdir(OUT)) {
    if (!COMPRESSED.has(extname(name)) || name === 'manifest.json') continue;
    const bytes = await readFile(join(OUT, name));
    const packed = gzipSync(bytes, { level: 9 });
    if (packed.length < bytes.length * 0.95) await writeFile(join(OUT, `${name}.gz`), packed);
  }
}

/** The kiosk's QR worker and its WebAssembly part, whose hashed name the worker gets as __READER_WASM__. */
async function worker() {
  const wasm = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await emit('zxing_reader.wasm', await readFile(wasm));
  const define = { __READER_WASM__: JSON.stringify(manifest['zxing_reader.wasm']) };
  await bundle([join(SRC, 'decode.worker.js')], { format: 'esm', define });
}

async function main() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const require = createRequire(import.meta.url);
  await buildFonts(require, GENERATED);
  for (const name of PAPERS) await emit(name, await readFile(join(GENERATED, name)));
  await halfHours();
  await emit('icons.svg', await buildSprite(require, HERE));
  await emit('mark.svg', await readFile(join(SRC, 'mark.svg')));
  await bundle([join(SRC, 'css', 'app.css')], { loader: { '.woff2': 'file' }, alias: { generated: GENERATED } });
  const has = (name) => existsSync(join(SRC, name));
  if (has('decode.worker.js')) await worker();
  await bundle(['app.js', 'calls.js', 'counting.js', 'door.js', 'enrolment.js', 'kiosk.js', 'pass.js', 'passkey.js', 'plan.js', 'planning.js', 'preview.js', 'reader.js'].filter(has).map((name) => join(SRC, name)), { format: 'esm' });
  await tablet();
  if (has('sw.js')) await serviceWorker('sw.js', 'kiosk', SHELL, ['/kiosk']);
  if (has('pass-sw.js')) await serviceWorker('pass-sw.js', 'pass', PASS_SHELL, []);
  await licences();
  await compress();
  await writeFile(join(OUT, 'manifest.json'), JSON.stringify(manifest, null, 1));
  await rm(DIST, { recursive: true, force: true });
  await rename(OUT, DIST);
}

await main();
