import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Handlebars from 'handlebars';
import { asComponent, isComponent, prepare } from './engine-template.js';
import { helpers } from './helpers.js';

/** Turns a template's name (`servers/index`) and plain data into HTML. */
export interface ViewEngine {
  /** @throws Error when there is no such template. */
  render(template: string, context: object): string;
}

type Templates = ReadonlyMap<string, Handlebars.TemplateDelegate>;

/**
 * Reads every `.hbs` file below `viewsDir`; each is a page, a layout or a partial by its path without the ending. With
 * `cache` they are read once, and a name that does not exist is an error at once; without, again whenever a file changed.
 */
export function createViewEngine(viewsDir: string, { cache }: { cache: boolean }): ViewEngine {
  let templates = load(viewsDir);
  let loaded = cache ? '' : fingerprint(viewsDir);
  const refresh = (): void => {
    const now = fingerprint(viewsDir);
    if (now === loaded) return;
    templates = load(viewsDir);
    loaded = now;
  };
  return {
    render(name, context) {
      if (!cache) refresh();
      const template = templates.get(name);
      if (!template) throw new Error(`There is no template views/${name}.hbs.`);
      return template(context);
    },
  };
}

function load(viewsDir: string): Templates {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(helpers);
  const sources = new Map(viewFiles(viewsDir).map((file) => [nameOf(viewsDir, file), readFileSync(file, 'utf8')]));
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const [name, source] of sources) {
    const template = handlebars.compile(prepare(name, source, { partials: sources, helpers }), { preventIndent: true });
    handlebars.registerPartial(name, isComponent(name) ? asComponent(template) : template);
    templates.set(name, template);
  }
  return templates;
}

function viewFiles(viewsDir: string): string[] {
  return readdirSync(viewsDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => join(viewsDir, file));
}

function nameOf(viewsDir: string, file: string): string {
  return relative(viewsDir, file).replaceAll(sep, '/').slice(0, -'.hbs'.length);
}

function fingerprint(viewsDir: string): string {
  return viewFiles(viewsDir)
    .map((file) => `${file}@${statSync(file).mtimeMs}`)
    .join('\n');
}
