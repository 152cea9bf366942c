import { describe, expect, it } from 'vitest';
import { planBake, planText, readDefinition } from '../../../src/docker/build/bake/definition.ts';

const FILE = `
# two images of one kind
variable "TAG" { default = "latest" }
variable "FAST" {
  default = false
}
group "default" {
  targets = ["web", "worker"]
}
target "base" {
  args = {
    A = "1"
    B = upper("b\${TAG}")
  }
  no-cache = FAST ? false : true
}
target "web" {
  inherits = ["base"]
  args = { A = 2 }
  tags = ["web:\${TAG}", equal("latest", TAG) ? "web:new" : ""]
}
target "worker" {
  inherits   = ["base"]
  context    = "./worker"
  dockerfile = "Other"
}
`;

const plan = (names: string[], set: string[] = [], env: [string, string][] = []) =>
  planBake(readDefinition(FILE, 'docker-bake.hcl', new Map(env)), names, set);

describe('bake', () => {
  it('builds the default group, with what targets inherit', () => {
    const { group, target } = plan([]);
    expect(group).toEqual({ default: { targets: ['web', 'worker'] } });
    expect(target['web']).toEqual({
      context: '.',
      dockerfile: 'Dockerfile',
      args: { A: 2, B: 'BLATEST' },
      'no-cache': true,
      tags: ['web:latest', 'web:new'],
    });
    expect(target['worker']).toMatchObject({ context: './worker', dockerfile: 'Other', args: { A: '1' } });
  });
  it('takes variables from the environment, in their kind', () => {
    const { target } = plan(
      ['web'],
      [],
      [
        ['TAG', 'v2'],
        ['FAST', 'true'],
      ],
    );
    expect(target['web']).toMatchObject({ tags: ['web:v2', ''], 'no-cache': false });
  });
  it('changes what --set names', () => {
    const { target } = plan(['web'], ['*.args.A=9', 'web.tags=x', 'web.tags=y', 'worker.target=z']);
    expect(target['web']).toMatchObject({ args: { A: '9' }, tags: ['x', 'y'] });
    expect(target).not.toHaveProperty('worker');
    expect(() => plan(['web'], ['web.bogus=1'])).toThrow('unknown key: bogus');
  });
  it('prints its plan in a fixed order, and says what it does not find', () => {
    expect(Object.keys(JSON.parse(planText(plan(['web']))).target.web)).toEqual([
      'context',
      'dockerfile',
      'args',
      'tags',
      'no-cache',
    ]);
    expect(() => plan(['nosuch'])).toThrow('failed to find target nosuch');
    expect(() => readDefinition('target "a" { x = y }', 'f.hcl', new Map())).toThrow('Unknown variable');
  });
});
