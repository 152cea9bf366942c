import { describe, expect, it } from 'vitest';
import { SqlEngine } from '../../../src/docker/images/programs/sql-engine.ts';

const make = () => {
  const engine = new SqlEngine(
    { databases: { shop: {} }, accounts: [{ name: 'root', host: '%', password: 'pw', grants: ['*'] }] },
    { version: '10.11.14-MariaDB', now: () => '2026-11-21 03:38:00', hostname: 'h' },
  );
  const session = { user: 'root', database: 'shop' };
  const run = (sql: string) => engine.run(sql, session);
  run(
    'create table item (id int auto_increment primary key, name varchar(30) not null, price decimal(8,2) default 0)',
  );
  run("insert into item (name, price) values ('apple', 1.5), ('pear', 2), ('fig', 0.25)");
  run('create table kind (id int, label varchar(10) unique)');
  run("insert into kind values (2, 'fruit'), (9, 'none')");
  return run;
};

/** What MariaDB 10.11 answers (recording 151-data-lab, and the machine's own server). */
const ROWS: readonly (readonly [sql: string, rows: readonly (readonly (string | null)[])[]])[] = [
  ['select * from item where id = 1', [['1', 'apple', '1.50']]],
  [
    'select name, price*2 as dbl from item where price > 1 order by price desc',
    [
      ['pear', '4.00'],
      ['apple', '3.00'],
    ],
  ],
  [
    'select count(*), sum(price), max(price), min(name), avg(price) from item',
    [['3', '3.75', '2.00', 'apple', '1.250000']],
  ],
  ['select upper(name), length(name), concat(name, "-", id) from item limit 1, 1', [['PEAR', '4', 'pear-2']]],
  ['select name from item where price between 1 and 2 and name like "%p%" order by 1', [['apple'], ['pear']]],
  [
    'select name from item where id in (1, 3) or not name <> "pear" order by id desc',
    [['fig'], ['pear'], ['apple']],
  ],
  ['select i.name, k.label from item i join kind k on i.id = k.id', [['pear', 'fruit']]],
  [
    'select i.name, k.label from item i left join kind k using (id) order by i.id',
    [
      ['apple', null],
      ['pear', 'fruit'],
      ['fig', null],
    ],
  ],
  [
    'select k.label, i.name from item i right join kind k on i.id = k.id order by 1',
    [
      ['fruit', 'pear'],
      ['none', null],
    ],
  ],
  ['select price > 1 as dear, count(*) n from item group by dear having n > 1', [['1', '2']]],
  ['select case when price < 1 then "low" else "high" end x from item where id = 3', [['low']]],
  [
    'select 7/2, 7 div 2, 7 % 2, 1/0, round(2.567, 1), coalesce(null, 3)',
    [['3.5000', '3', '1', null, '2.6', '3']],
  ],
  ['select distinct 1 from item', [['1']]],
];

describe('SQL', () => {
  const run = make();
  it.each(ROWS)('%s', (sql, rows) => {
    expect(run(sql)).toMatchObject({ rows });
  });

  it('keeps keys, and says what breaks them', () => {
    const fresh = make();
    expect(fresh('insert into item (id, name) values (2, "x")')).toEqual({
      error: "Duplicate entry '2' for key 'PRIMARY'",
      code: '1062 (23000)',
    });
    expect(fresh('insert into item (name) values (null)').error).toBe("Column 'name' cannot be null");
    expect(fresh('insert into item (price) values (1)').error).toBe(
      "Field 'name' doesn't have a default value",
    );
    expect(fresh("insert into kind values (3, 'fruit')").code).toBe('1062 (23000)');
    expect(fresh('select nope from item').error).toBe("Unknown column 'nope' in 'SELECT'");
    expect(fresh('select i.id from item i, kind k where id = 1').code).toBe('1052 (23000)');
    expect(fresh('selec 1').error).toContain("near 'selec 1' at line 1");
  });

  it('changes rows and tables', () => {
    const fresh = make();
    expect(fresh("update item set price = price + 1 where name like 'p%'").affected).toBe(1);
    expect(fresh('select price from item where id = 2').rows).toEqual([['3.00']]);
    fresh('alter table item add column made date');
    expect(fresh('describe item').rows?.at(-1)).toEqual(['made', 'date', 'YES', '', null, '']);
    expect(fresh('show create table kind').rows?.[0]?.[1]).toBe(
      'CREATE TABLE `kind` (\n  `id` int(11) DEFAULT NULL,\n  `label` varchar(10) DEFAULT NULL,\n  UNIQUE KEY `label` (`label`)\n) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci',
    );
    expect(fresh('show grants').rows?.[0]?.[0]).toContain("'*D821809F681A40A6E379B50D0463EFAE20BDD122'");
  });
});
