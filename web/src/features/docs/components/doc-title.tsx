export function DocTitle({ children }: { children: string }) {
  return (
    <h1
      tabIndex={-1}
      className="display pb-3 text-display-md max-md:text-[1.75rem] max-md:leading-8"
    >
      {children}
    </h1>
  );
}
