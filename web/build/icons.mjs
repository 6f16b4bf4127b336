// The icon sprite: the Lucide symbols named in src/icons.txt, and those a template names in icon("…").
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const CALL = /\bicon\(\s*["']([a-z0-9-]+)["']/g;

/** Names of the symbols, sorted, each once. */
async function names(web) {
  const listed = (await readFile(join(web, 'src', 'icons.txt'), 'utf8')).split('\n').map((line) => line.split('#')[0].trim());
  const found = new Set(listed.filter(Boolean));
  for (const file of await readdir(join(web, 'templates'), { recursive: true })) {
    if (!file.endsWith('.html')) continue;
    for (const [, name] of (await readFile(join(web, 'templates', file), 'utf8')).matchAll(CALL)) found.add(name);
  }
  return [...found].sort();
}

/** One <symbol> from a Lucide file. An unknown name stops the build. */
async function symbol(require, name) {
  const text = await readFile(require.resolve(`lucide-static/icons/${name}.svg`), 'utf8');
  const inner = text.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, ' ').replaceAll('> <', '><').trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}

/** The whole sprite. */
export async function buildSprite(require, web) {
  const symbols = await Promise.all((await names(web)).map((name) => symbol(require, name)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}
