/** The syntax tree of a Python program, as far as it is simulated. */
export type Expr =
  | { readonly kind: 'constant'; readonly value: null | boolean | string | number }
  | { readonly kind: 'float'; readonly value: number }
  | {
      readonly kind: 'format';
      readonly parts: readonly (
        | string
        | {
            readonly value: Expr;
            readonly spec: string;
            readonly repr: boolean;
            readonly source: string | undefined;
          }
      )[];
    }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Expr[] }
  | { readonly kind: 'dict'; readonly items: readonly (readonly [Expr, Expr])[] }
  | {
      readonly kind: 'comprehension';
      readonly form: 'list' | 'set' | 'dict';
      readonly value: Expr;
      readonly key: Expr | undefined;
      readonly target: Expr;
      readonly over: Expr;
      readonly tests: readonly Expr[];
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expr }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expr;
      readonly right: Expr;
      readonly line: number;
    }
  | {
      readonly kind: 'compare';
      readonly first: Expr;
      readonly rest: readonly { readonly operator: string; readonly value: Expr }[];
    }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'call'; readonly of: Expr; readonly args: readonly Argument[]; readonly line: number }
  | { readonly kind: 'attribute'; readonly of: Expr; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly of: Expr; readonly at: Expr; readonly line: number }
  | {
      readonly kind: 'slice';
      readonly of: Expr;
      readonly from: Expr | undefined;
      readonly to: Expr | undefined;
      readonly step: Expr | undefined;
    }
  | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expr };

export interface Argument {
  readonly name: string | undefined;
  readonly spread: '' | '*' | '**';
  readonly value: Expr;
}

export interface Parameter {
  readonly name: string;
  readonly spread: '' | '*' | '**';
  readonly value: Expr | undefined;
}

export type Stmt = { readonly line: number } & (
  | { readonly kind: 'expression'; readonly value: Expr }
  | { readonly kind: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr }
  | { readonly kind: 'augment'; readonly target: Expr; readonly operator: string; readonly value: Expr }
  | { readonly kind: 'if'; readonly test: Expr; readonly yes: readonly Stmt[]; readonly no: readonly Stmt[] }
  | {
      readonly kind: 'while';
      readonly test: Expr;
      readonly body: readonly Stmt[];
      readonly no: readonly Stmt[];
    }
  | {
      readonly kind: 'for';
      readonly target: Expr;
      readonly over: Expr;
      readonly body: readonly Stmt[];
      readonly no: readonly Stmt[];
    }
  | {
      readonly kind: 'def';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Stmt[];
      readonly decorators: readonly Expr[];
    }
  | {
      readonly kind: 'class';
      readonly name: string;
      readonly bases: readonly Expr[];
      readonly body: readonly Stmt[];
    }
  | { readonly kind: 'return'; readonly value: Expr | undefined }
  | { readonly kind: 'raise'; readonly value: Expr | undefined }
  | { readonly kind: 'import'; readonly module: string; readonly as: string }
  | {
      readonly kind: 'from';
      readonly module: string;
      readonly names: readonly (readonly [name: string, as: string])[];
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Stmt[];
      readonly handlers: readonly {
        readonly of: Expr | undefined;
        readonly as: string | undefined;
        readonly body: readonly Stmt[];
      }[];
      readonly no: readonly Stmt[];
      readonly last: readonly Stmt[];
    }
  | {
      readonly kind: 'with';
      readonly value: Expr;
      readonly as: Expr | undefined;
      readonly body: readonly Stmt[];
    }
  | { readonly kind: 'global'; readonly names: readonly string[] }
  | { readonly kind: 'assert'; readonly test: Expr; readonly message: Expr | undefined }
  | { readonly kind: 'delete'; readonly target: Expr }
  | { readonly kind: 'pass' | 'break' | 'continue' }
);
