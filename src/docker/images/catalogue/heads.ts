import type { CatalogueHead } from '../types.ts';

const PHP = {
  repository: 'php',
  description:
    'While designed for web development, the PHP scripting language also provides general-purpose use.',
  stars: 8000,
  official: true,
};
const MYSQL = {
  repository: 'mysql',
  description: 'MySQL is a widely used, open-source relational database management system (RDBMS).',
  stars: 15000,
  official: true,
};
const POSTGRES = {
  repository: 'postgres',
  description: 'The PostgreSQL object-relational database system provides reliability and data integrity.',
  stars: 14500,
  official: true,
};

/** What is known of the big images before their files are loaded: enough to find them and to complete their names. */
export const HEADS = {
  httpd: {
    repository: 'httpd',
    tags: ['latest', '2.4'],
    description: 'The Apache HTTP Server Project',
    stars: 4800,
    official: true,
  },
  redis: {
    repository: 'redis',
    tags: ['latest', 'alpine', '7', '7-alpine', '8', '8-alpine'],
    description:
      'Redis is the world’s fastest data platform for caching, vector search, and NoSQL databases.',
    stars: 13000,
    official: true,
  },
  registry: {
    repository: 'registry',
    tags: ['2'],
    description: 'Distribution implementation for storing and distributing of container images and artifacts',
    stars: 4100,
    official: true,
  },
  phpApache: { ...PHP, tags: ['8.4-apache', 'apache', '8-apache', '8.3-apache', '7.4-apache'] },
  phpCli: { ...PHP, tags: ['latest', '8.4', 'cli', '8', '8.4-cli', '8-cli'] },
  wordpress: {
    repository: 'wordpress',
    tags: ['latest', 'apache', '6', '6.8', 'php8.4', 'php8.4-apache', '6.8-apache'],
    description: 'The WordPress rich content management system can utilize plugins, widgets, and themes.',
    stars: 5900,
    official: true,
  },
  mariadb: {
    repository: 'mariadb',
    tags: ['latest', '10.11', '11', '11.4', '11.8', 'lts'],
    description: 'MariaDB Server is a high performing open source relational database, forked from MySQL.',
    stars: 5900,
    official: true,
  },
  mysql57: { ...MYSQL, tags: ['5.7', 'latest'] },
  mysql: { ...MYSQL, tags: ['8.4', '8', 'lts', '8.0', '9'] },
  postgres18: { ...POSTGRES, tags: ['latest', '18'] },
  postgres17: { ...POSTGRES, tags: ['17', '17-alpine', '16', 'alpine'] },
  mongo: {
    repository: 'mongo',
    tags: ['latest', '8', '8.0', '7'],
    description: 'MongoDB document databases provide high availability and easy scalability.',
    stars: 10500,
    official: true,
  },
} as const satisfies Record<string, CatalogueHead>;
