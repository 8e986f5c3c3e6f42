import { ActionIcon, Burger, Button, Kbd } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTexts } from '../i18n/texts.js';
import { LiveProvider } from '../live/live.js';
import { FocusMemory } from '../parts/focus-memory.js';
import { LiveDot, PausedStrip } from './live-dot.js';
import { useLook } from './look.js';
import { Nav } from './nav.js';
import { OperationsTray } from './operations-tray.js';
import { useTenantId } from './scope.js';
import { ScopeSwitcher } from './scope-switcher.js';
import classes from './shell.module.css';
import { Search } from './search.js';
import { texts } from './texts.js';
import { UserMenu } from './user-menu.js';

/** Comes behind the page: few see it. */
const SupportBanner = lazy(async () => ({ default: (await import('./support-banner.js')).SupportBanner }));

/** What surrounds every page: where one is, where one can go, what is running. */
export function Shell() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const look = useLook();
  const [navOpen, { toggle, close }] = useDisclosure(false);
  return (
    <FocusMemory>
      <LiveProvider>
        <a className={classes['skip']} href="#content">
          {t('skip')}
        </a>
        <div className={classes['shell']}>
          <header className={classes['header']}>
            <Burger
              opened={navOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={navOpen ? t('closeNavigation') : t('openNavigation')}
            />
            <Link
              to="/o/$tenantId"
              params={{ tenantId }}
              className={classes['brand'] ?? ''}
              aria-label={look.name}
            >
              <img src={look.logo ?? '/icon.svg'} alt="" className={classes['mark']} />
              <span className={classes['brandName']}>{look.name}</span>
            </Link>
            <ScopeSwitcher />
            <div className={classes['spacer']} />
            <Search>
              {(open) => (
                <>
                  <Button
                    visibleFrom="md"
                    variant="default"
                    size="sm"
                    leftSection={<IconSearch size={16} aria-hidden />}
                    rightSection={<Kbd size="xs">Ctrl K</Kbd>}
                    onClick={open}
                  >
                    {t('search')}
                  </Button>
                  <ActionIcon
                    hiddenFrom="md"
                    variant="subtle"
                    color="gray"
                    size={40}
                    aria-label={t('search')}
                    onClick={open}
                  >
                    <IconSearch size={20} aria-hidden />
                  </ActionIcon>
                </>
              )}
            </Search>
            <OperationsTray />
            <LiveDot />
            <UserMenu />
          </header>
          <nav className={classes['pages']} data-open={navOpen || undefined} aria-label={t('navigation')}>
            <Nav onGo={close} />
          </nav>
          <main id="content" tabIndex={-1} className={classes['main']}>
            <PausedStrip />
            <Suspense fallback={null}>
              <SupportBanner />
            </Suspense>
            <Outlet />
          </main>
        </div>
      </LiveProvider>
    </FocusMemory>
  );
}
