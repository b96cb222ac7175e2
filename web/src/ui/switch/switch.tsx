import { Switch as Primitive } from 'radix-ui';
import { useFieldControl } from '../field/field-context';

export type SwitchProps = {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  'aria-label'?: string;
  'aria-labelledby'?: string;
  disabled?: boolean;
};

/** Applies at once. A choice that waits for Save is a `Checkbox`. */
export function Switch(props: SwitchProps) {
  const field = useFieldControl();
  return (
    <Primitive.Root
      {...field}
      {...props}
      className="relative h-[18px] w-[30px] flex-none rounded-full bg-line-control transition-colors duration-(--o-dur-2) before:absolute before:-inset-[11px] data-[state=checked]:bg-brand disabled:opacity-50"
    >
      <Primitive.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-raised transition-transform duration-(--o-dur-2) ease-out data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-brand" />
    </Primitive.Root>
  );
}
