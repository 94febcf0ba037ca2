/** Writes public/icons.svg: a sprite of the Tabler icons that the views name, and of those chosen while a page is drawn. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VIEWS = 'views';
const ICONS = 'node_modules/@tabler/icons/icons/outline';
const SPRITE = 'public/icons.svg';

/** Named by data, not by a template. */
const CHOSEN_AT_RUN_TIME = ['alert-circle', 'alert-triangle', 'circle-check', 'dots', 'info-circle', 'trash'];

/** `{{icon "plus"}}`, `(icon "plus")`, and the parameter `icon="plus"` of a component. */
const USE = /(?<![-\w])icon[ =]"([a-z0-9-]+)"/g;

function iconsInViews() {
  const files = readdirSync(VIEWS, { recursive: true }).filter((file) => file.endsWith('.hbs'));
  return files.flatMap((file) => [...readFileSync(join(VIEWS, file), 'utf8').matchAll(USE)].map(([, name]) => name));
}

function symbol(name) {
  const file = join(ICONS, `${name}.svg`);
  if (!existsSync(file)) throw new Error(`There is no icon ${name}: choose one of ${ICONS}.`);
  const svg = readFileSync(file, 'utf8');
  const shapes = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, '');
  const pen = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${shapes}</symbol>`;
}

const names = [...new Set([...CHOSEN_AT_RUN_TIME, ...iconsInViews()])].sort();
writeFileSync(SPRITE, `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join('\n')}\n</svg>\n`);
console.log(`${SPRITE}: ${names.length} icons`);
