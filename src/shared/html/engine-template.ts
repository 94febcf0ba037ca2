import Handlebars from 'handlebars';

/** What a component is handed instead of a context: its parameters, and the caller's context for the block between its tags. */
interface ComponentCall {
  parameters: object;
  caller: unknown;
}

type Block = (context: unknown, options?: Handlebars.RuntimeOptions) => string;
interface Frame {
  'partial-block'?: Block;
}

const PASS_PARAMETERS = 'component-call';
const BUILT_IN = ['if', 'unless', 'each', 'with', 'lookup'];

/** A component is a partial that sees its parameters only; the others see the context they are given. */
export function isComponent(name: string): boolean {
  return name.startsWith('shared/_');
}

/** The helper that `prepare` puts into every call of a component. */
export const componentHelpers = {
  [PASS_PARAMETERS]: (caller: unknown, options: Handlebars.HelperOptions): ComponentCall => ({
    parameters: options.hash as object,
    caller,
  }),
};

/** Makes a compiled template callable as a component. */
export function asComponent(template: Handlebars.TemplateDelegate): Handlebars.TemplateDelegate<ComponentCall> {
  return ({ parameters, caller }, options: Handlebars.RuntimeOptions & { fn?: unknown } = {}) => {
    const data = Handlebars.createFrame((options.data ?? {}) as Frame) as Frame;
    const block = options.fn ? data['partial-block'] : undefined;
    data['partial-block'] = block && ((_context, blockOptions) => block(caller, blockOptions));
    return template(parameters, { ...options, data });
  };
}

/** The names a template may use. */
export interface Names {
  partials: ReadonlyMap<string, unknown>;
  helpers: object;
}

/**
 * Parses a template and makes it strict. Handlebars would print the block of a layout that does not exist, would mix a
 * component's parameters into what the page calls `id` or `title`, and would print nothing for `{{count}}`, taking the
 * value of that name for the helper.
 */
export function prepare(name: string, source: string, names: Names): hbs.AST.Program {
  const program = Handlebars.parseWithoutProcessing(source, { srcName: name });
  new StrictVisitor(name, names).accept(program);
  return program;
}

class StrictVisitor extends Handlebars.Visitor {
  constructor(
    private readonly template: string,
    private readonly names: Names,
  ) {
    super();
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.partial(node);
    super.PartialStatement(node);
  }

  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    this.partial(node);
    super.PartialBlockStatement(node);
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    const { original: name } = node.path as hbs.AST.PathExpression;
    const isBare = node.params.length === 0 && (node.hash as hbs.AST.Hash | undefined) === undefined;
    if (!isBare) this.helper(node, name);
    else if (this.isHelper(name)) {
      this.fail(node, `writes {{${name}}}, a helper without its value: write {{this.${name}}}`);
    }
    super.MustacheStatement(node);
  }

  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.helper(node, node.path.original);
    super.BlockStatement(node);
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.helper(node, node.path.original);
    super.SubExpression(node);
  }

  private helper(node: hbs.AST.Node, name: string): void {
    if (!this.isHelper(name)) this.fail(node, `calls the helper ${name}, which does not exist`);
  }

  private isHelper(name: string): boolean {
    return BUILT_IN.includes(name) || Object.hasOwn(this.names.helpers, name);
  }

  private partial(node: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement): void {
    if (node.name.type !== 'PathExpression') this.fail(node, 'chooses a partial while it runs: name it');
    const { original: name } = node.name;
    if (name === '@partial-block') return;
    if (!this.names.partials.has(name)) this.fail(node, `calls ${name}, which does not exist`);
    if (isComponent(name)) passParameters(node);
  }

  private fail(node: hbs.AST.Node, what: string): never {
    throw new Error(`views/${this.template}.hbs, line ${node.loc.start.line}, ${what}.`);
  }
}

/** `{{> shared/_x a=1}}` becomes `{{> shared/_x (component-call this a=1)}}`. */
function passParameters(node: {
  loc: hbs.AST.SourceLocation;
  params: hbs.AST.Expression[];
  hash?: hbs.AST.Hash;
}): void {
  const { loc, hash = { type: 'Hash', pairs: [], loc } } = node;
  const path = (original: string, parts: string[]): hbs.AST.PathExpression => {
    return { type: 'PathExpression', data: false, depth: 0, original, parts, loc };
  };
  const params = [path('this', [])];
  const call: hbs.AST.SubExpression = {
    type: 'SubExpression',
    path: path(PASS_PARAMETERS, [PASS_PARAMETERS]),
    params,
    hash,
    loc,
  };
  node.params = [call];
  delete node.hash;
}
