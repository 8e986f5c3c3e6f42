import { Button, Skeleton, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { Page } from '../../parts/page.js';
import { WayBack } from '../../parts/way-back.js';
import { useTenantId } from '../../shell/scope.js';
import { Applying } from './applying.js';
import { ColumnsTable } from './columns-table.js';
import { DropField } from './drop-field.js';
import { sendList } from './queries.js';
import { readList, type ListFile } from './read-file.js';
import { Report } from './report.js';
import { texts } from './texts.js';

/** A list is chosen, checked, and then applied; each step is seen before the next. */
export function ImportPage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const check = useMutation({
    mutationFn: async (file: File) => {
      const list = await readList(file);
      return { list, report: await sendList(list, { dryRun: true, atomic: false }) };
    },
  });
  const apply = useMutation({
    mutationFn: ({ list, atomic }: { list: ListFile; atomic: boolean }) =>
      sendList(list, { dryRun: false, atomic }),
  });
  const again = () => {
    check.reset();
    apply.reset();
  };
  const begun = apply.data?.operation ?? null;
  return (
    <Page
      title={t('title')}
      lead={<WayBack to="cameras">{t('back')}</WayBack>}
      actions={
        check.isIdle ? (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/o/$tenantId/cameras/expected" params={{ tenantId }} {...props} />
            )}
          >
            {t('expectedList')}
          </Button>
        ) : (
          <Button variant="default" onClick={again}>
            {t('another')}
          </Button>
        )
      }
    >
      <Stack maw={960}>
        {check.isIdle && (
          <>
            <DropField onFile={(file) => check.mutate(file)} />
            <ColumnsTable />
          </>
        )}
        {check.isPending && <Skeleton height={160} role="status" aria-label={t('checking')} />}
        {check.isError && <ErrorNotice error={check.error} />}
        {check.isSuccess && begun === null && (
          <Report
            name={check.data.list.name}
            report={check.data.report}
            pending={apply.isPending}
            error={apply.error}
            onApply={(atomic) => apply.mutate({ list: check.data.list, atomic })}
          />
        )}
        {begun !== null && <Applying begun={begun} />}
      </Stack>
    </Page>
  );
}
