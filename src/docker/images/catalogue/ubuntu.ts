import type { CatalogueImage } from '../types.ts';
import { binaries, debianLayers } from './debian.ts';
import { created, file, nop, PATH } from './entries.ts';

function ubuntu(
  tags: readonly string[],
  version: string,
  codename: string,
  name: string,
  order: number,
  procps: boolean,
): CatalogueImage {
  const release = `PRETTY_NAME="Ubuntu ${version} LTS"
NAME="Ubuntu"
VERSION_ID="${version}"
VERSION="${version} LTS (${codename})"
VERSION_CODENAME=${codename}
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
`;
  const lsb = `DISTRIB_ID=Ubuntu
DISTRIB_RELEASE=${version}
DISTRIB_CODENAME=${codename}
DISTRIB_DESCRIPTION="Ubuntu ${version} LTS"
`;
  return {
    repository: 'ubuntu',
    tags,
    created: created(order),
    config: {
      Env: [PATH],
      Cmd: ['/bin/bash'],
      Labels: { 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': version },
    },
    layers: [
      ...debianLayers,
      {
        createdBy: `/bin/sh -c printf 'PRETTY_NAME="Ubuntu ${version} LTS"\\nNAME="Ubuntu"\\nVERSION_ID="${version}"\\nVERSION="${version} LTS (${codename})"\\nVERSION_CODENAME=${codename}\\nID=ubuntu\\nID_LIKE=debian\\nHOME_URL="https://www.ubuntu.com/"\\n' >/usr/lib/os-release; printf 'DISTRIB_ID=Ubuntu\\nDISTRIB_RELEASE=${version}\\nDISTRIB_CODENAME=${codename}\\nDISTRIB_DESCRIPTION="Ubuntu ${version} LTS"\\n' >/etc/lsb-release`,
        // Ubuntu's base image has procps, Debian's has not (nor has the stand-in of the recordings).
        entries: [
          file('usr/lib/os-release', release),
          file('etc/lsb-release', lsb),
          ...(procps
            ? binaries('usr/bin', 'free:27 pgrep:31 pkill:31 ps:143 top:126 uptime:14 watch:27')
            : []),
        ],
      },
      nop(`LABEL org.opencontainers.image.ref.name=ubuntu org.opencontainers.image.version=${version}`),
      nop('CMD ["/bin/bash"]'),
    ],
    description: name,
    stars: 17000,
    official: true,
  };
}

const ABOUT = 'Ubuntu is a Debian-based Linux operating system based on free software.';

const all = (procps: boolean): readonly CatalogueImage[] => [
  ubuntu(['latest', '24.04', 'noble'], '24.04', 'noble', ABOUT, 4, procps),
  ubuntu(['22.04', 'jammy'], '22.04', 'jammy', ABOUT, 5, procps),
  ubuntu(['14.04', 'trusty'], '14.04', 'trusty', ABOUT, 6, procps),
];

/** Ubuntu as Docker Hub has it, with procps. */
export const ubuntus = all(true);

/** The stand-ins of the recordings, made of Debian's minimal system: without. */
export const recordedUbuntus = all(false);
