/** The syntax tree of a PHP file, as far as this PHP goes. */
export type Expr =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expr)[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'constant'; readonly name: string; readonly line: number }
  | { readonly kind: 'classConstant'; readonly owner: string; readonly name: string }
  | {
      readonly kind: 'array';
      readonly items: readonly { readonly key: Expr | undefined; readonly value: Expr }[];
    }
  | { readonly kind: 'index'; readonly of: Expr; readonly key: Expr | undefined }
  | { readonly kind: 'property'; readonly of: Expr; readonly name: string }
  | {
      readonly kind: 'method';
      readonly of: Expr;
      readonly name: string;
      readonly args: readonly Expr[];
      readonly line: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly line: number }
  | { readonly kind: 'new'; readonly name: string; readonly args: readonly Expr[]; readonly line: number }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expr }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expr;
      readonly right: Expr;
      readonly line: number;
    }
  | { readonly kind: 'ternary'; readonly test: Expr; readonly yes: Expr | undefined; readonly no: Expr }
  | { readonly kind: 'assign'; readonly operator: string; readonly to: Expr; readonly value: Expr }
  | { readonly kind: 'step'; readonly to: Expr; readonly by: number; readonly before: boolean }
  | { readonly kind: 'isset'; readonly list: readonly Expr[] }
  | {
      readonly kind: 'include';
      readonly once: boolean;
      readonly required: boolean;
      readonly path: Expr;
      readonly line: number;
    }
  | { readonly kind: 'exit'; readonly value: Expr | undefined };

export interface Parameter {
  readonly name: string;
  readonly otherwise: Expr | undefined;
}

export type Stmt =
  | { readonly kind: 'html'; readonly text: string }
  | { readonly kind: 'echo'; readonly values: readonly Expr[] }
  | { readonly kind: 'expression'; readonly value: Expr }
  | { readonly kind: 'if'; readonly test: Expr; readonly yes: Block; readonly no: Block }
  | { readonly kind: 'while'; readonly test: Expr; readonly body: Block; readonly first: boolean }
  | {
      readonly kind: 'for';
      readonly start: readonly Expr[];
      readonly test: readonly Expr[];
      readonly step: readonly Expr[];
      readonly body: Block;
    }
  | {
      readonly kind: 'foreach';
      readonly list: Expr;
      readonly key: Expr | undefined;
      readonly value: Expr;
      readonly body: Block;
    }
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: Block;
    }
  | { readonly kind: 'return'; readonly value: Expr | undefined }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'global'; readonly names: readonly string[] }
  | { readonly kind: 'throw'; readonly value: Expr; readonly line: number }
  | {
      readonly kind: 'try';
      readonly body: Block;
      readonly catches: readonly {
        readonly types: readonly string[];
        readonly name: string | undefined;
        readonly body: Block;
      }[];
      readonly last: Block;
    };

export type Block = readonly Stmt[];
