import { Slider as Primitive } from 'radix-ui';
import { useFieldControl } from '../field/field-context';

export type SliderProps = {
  value: number;
  onValueChange: (value: number) => void;
  min: number;
  max: number;
  step: number;
  'aria-label'?: string;
  /** Spoken and shown at the right end. */
  format?: (value: number) => string;
  disabled?: boolean;
};

export function Slider({ value, onValueChange, format = String, ...rest }: SliderProps) {
  const { id, ...described } = useFieldControl();
  return (
    <div className="flex h-(--o-control) items-center gap-3">
      <Primitive.Root
        {...rest}
        value={[value]}
        onValueChange={([next]) => onValueChange(next ?? value)}
        className="relative flex h-6 flex-1 items-center select-none touch-none data-disabled:opacity-50"
      >
        <Primitive.Track className="h-1 flex-1 overflow-hidden rounded-full bg-active">
          <Primitive.Range className="absolute h-1 rounded-full bg-brand" />
        </Primitive.Track>
        <Primitive.Thumb
          id={id}
          {...described}
          aria-label={rest['aria-label']}
          aria-valuetext={format(value)}
          className="block size-4 rounded-full border border-line-control bg-raised shadow-sm before:absolute before:-inset-2"
        />
      </Primitive.Root>
      <output className="min-w-8 text-right font-medium">{format(value)}</output>
    </div>
  );
}
