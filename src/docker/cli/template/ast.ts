/** The parts of a template; `pos` is the offset in the text, for messages. */
export type Node = TextNode | ActionNode | IfNode | TemplateNode | LoopNode;

export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
}

/** `{{pipeline}}` */
export interface ActionNode {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

/** `{{if}}`, `{{with}}` and `{{range}}`. */
export interface IfNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `{{template "name" pipeline}}` */
export interface TemplateNode {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
  readonly pos: number;
}

/** `{{break}}`, `{{continue}}` */
export interface LoopNode {
  readonly kind: 'break' | 'continue';
}

export interface PipeNode {
  readonly pos: number;
  /** `$x := …` or `$x = …` */
  readonly variables: readonly string[];
  readonly assign: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly pos: number;
  readonly args: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'dot' | 'nil'; readonly pos: number }
  | { readonly kind: 'string'; readonly pos: number; readonly value: string; readonly text: string }
  | {
      readonly kind: 'number';
      readonly pos: number;
      readonly value: number;
      readonly float: boolean;
      readonly text: string;
    }
  | { readonly kind: 'bool'; readonly pos: number; readonly value: boolean }
  | { readonly kind: 'field'; readonly pos: number; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly pos: number; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly pos: number; readonly name: string }
  | { readonly kind: 'pipe'; readonly pos: number; readonly pipe: PipeNode }
  | { readonly kind: 'chain'; readonly pos: number; readonly of: Operand; readonly names: readonly string[] };

/** The text of a node as Go's messages quote it: `<.State.Nope>`. */
export function show(node: Operand | CommandNode | PipeNode): string {
  if ('commands' in node) {
    const declared =
      node.variables.length === 0 ? '' : `${node.variables.join(', ')} ${node.assign ? '=' : ':='} `;
    return declared + node.commands.map(show).join(' | ');
  }
  if ('args' in node)
    return node.args.map((arg) => (arg.kind === 'pipe' ? `(${show(arg.pipe)})` : show(arg))).join(' ');
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'string':
    case 'number':
      return node.text;
    case 'bool':
      return String(node.value);
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'function':
      return node.name;
    case 'pipe':
      return `(${show(node.pipe)})`;
    case 'chain':
      return `${node.of.kind === 'pipe' ? `(${show(node.of.pipe)})` : show(node.of)}${node.names.map((name) => `.${name}`).join('')}`;
  }
}
