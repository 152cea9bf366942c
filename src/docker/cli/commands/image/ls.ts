import type { ImageSummary } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Command } from '../../call.ts';
import { readFilters } from '../../filters.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { goTime, humanSize, shortId } from '../../format/units.ts';
import { imageView } from './view.ts';

/** One line of the classic list: a tag, or a digest, of an image. */
export interface Row {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly trunc: boolean;
  readonly now: number;
}

/** docker/cli's formatter.imageContext. */
export const IMAGE_ROWS: RowKind<Row> = {
  goType: '*formatter.imageContext',
  headers: {
    ID: 'IMAGE ID',
    Repository: 'REPOSITORY',
    Tag: 'TAG',
    Digest: 'DIGEST',
    CreatedSince: 'CREATED',
    CreatedAt: 'CREATED AT',
    Size: 'SIZE',
    Containers: 'CONTAINERS',
    VirtualSize: 'SIZE',
    SharedSize: 'SHARED SIZE',
    UniqueSize: 'UNIQUE SIZE',
  },
  columns: {
    Containers: ({ image }) => (image.Containers === -1 ? 'N/A' : String(image.Containers)),
    CreatedAt: ({ image }) => goTime(image.Created * 1000),
    CreatedSince: ({ image, now }) => `${humanDuration(now - image.Created * 1000)} ago`,
    Digest: ({ digest }) => digest,
    ID: ({ image, trunc }) => (trunc ? shortId(image.Id) : image.Id),
    Repository: ({ repository }) => repository,
    SharedSize: () => 'N/A',
    Size: ({ image }) => humanSize(image.Size, 3),
    Tag: ({ tag }) => tag,
    UniqueSize: () => 'N/A',
    VirtualSize: ({ image }) => humanSize(image.Size, 3),
  },
  notInJson: ['VirtualSize'],
};

const TABLE =
  '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}';
const RAW = `repository: {{.Repository}}
tag: {{.Tag}}
image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}
`;
const DIGESTS =
  '{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}';

/** `docker images` */
export const ls: Command = {
  flags: {
    all: 'full',
    digests: 'full',
    filter: 'full',
    format: 'full',
    'no-trunc': 'full',
    quiet: 'full',
    tree: 'full',
  },
  *run({ p, engine, flags, args: [pattern] }) {
    const filters = { ...readFilters(flags), ...(pattern === undefined ? {} : { reference: [pattern] }) };
    const all = flags.bool('all');
    const found = engine.imageList({ all, filters });
    const images = all || 'dangling' in filters ? found : found.filter((image) => image.RepoTags.length > 0);
    const written = flags.string('format');
    const classic = written !== '' || flags.bool('quiet') || flags.bool('no-trunc') || flags.bool('digests');
    if (!classic || flags.bool('tree')) {
      yield* p.print(imageView(images, { tree: flags.bool('tree'), terminal: p.files.get(1)?.tty }));
      return 0;
    }
    const digests = flags.bool('digests');
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.ID}}' }
      : readFormat(
          written,
          digests ? DIGESTS : TABLE,
          digests ? RAW.replace('image_id', 'digest: {{.Digest}}\nimage_id') : RAW,
        );
    const trunc = !flags.bool('no-trunc');
    const rows = images
      .flatMap((image) => rowsOf(image, digests || /\.Digest\b/.test(format.template)))
      .map((row) => ({ ...row, trunc, now: p.kernel.clock.now }));
    yield* p.print(formatRows(IMAGE_ROWS, format, rows));
    return 0;
  },
};

/** The lines of an image: one per tag; with digests, those of its repository beside it. */
function rowsOf(
  image: ImageSummary,
  digests: boolean,
): Pick<Row, 'image' | 'repository' | 'tag' | 'digest'>[] {
  const none = '<none>';
  const tags = image.RepoTags.filter((tag) => !tag.includes('@')).map((tag) => {
    const colon = tag.lastIndexOf(':');
    return { repository: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  });
  const known = image.RepoDigests.map((digest) => {
    const at = digest.indexOf('@');
    return { repository: digest.slice(0, at), digest: digest.slice(at + 1) };
  }).filter(({ repository }) => repository !== none);
  if (tags.length === 0 && known.length === 0) return [{ image, repository: none, tag: none, digest: none }];
  if (!digests) {
    if (tags.length > 0) return tags.map(({ repository, tag }) => ({ image, repository, tag, digest: none }));
    return known.map(({ repository }) => ({ image, repository, tag: none, digest: none }));
  }
  const withTags = tags.map(({ repository, tag }) => ({
    image,
    repository,
    tag,
    digest: known.find((entry) => entry.repository === repository)?.digest ?? none,
  }));
  const alone = known
    .filter(({ repository }) => !tags.some((tag) => tag.repository === repository))
    .map(({ repository, digest }) => ({ image, repository, tag: none, digest }));
  return [...withTags, ...alone];
}
