import { createFileRoute } from '@tanstack/react-router';
import { DocPage } from '@/features/docs';

export const Route = createFileRoute('/docs/$page')({
  component: function Page() {
    return <DocPage slug={Route.useParams().page} />;
  },
});
