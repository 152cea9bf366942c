/** What every page does in the browser besides running commands: theme, search on intent, prefetch, current section. */

import { prefetchOnIntent } from './prefetch.ts';
import { openSearchOnIntent } from './search-intent.ts';
import { followSection } from './sections.ts';
import { keepTheme } from './theme.ts';

keepTheme();
openSearchOnIntent();
prefetchOnIntent();
followSection();
