import { Button } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import type { CameraFilters } from './route.js';
import { texts } from './texts.js';

/** The list as a CSV file, as it is filtered; and the way to bring an edited one back (P8). */
export function ListFiles({ filters }: { filters: CameraFilters }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const query = new URLSearchParams({ customer: tenantId, ...filters });
  return (
    <>
      <Button
        component="a"
        href={`/api/v1/cameras:export?${query}`}
        download
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('exportList')}
      </Button>
      {useMay('manage') && (
        <Button
          variant="default"
          leftSection={<IconUpload size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/o/$tenantId/cameras/import" params={{ tenantId }} {...props} />}
        >
          {t('importList')}
        </Button>
      )}
    </>
  );
}
