/* SPDX-License-Identifier: ISC */
#include "tidy.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

void
tidy_begin(void)
{
	/* Two threads, of which one mostly sleeps: memory of its own for each would lie about unused. */
	mallopt(M_ARENA_MAX, 1);
}

/*
 * A library's code and constants as they stand in its file, which the kernel reads again where they are needed.
 * Its initializers have touched most of them, those of TLS above all, and nobody will any more. What was
 * written to is in segments that can be written.
 */
static int
forget_file(struct dl_phdr_info *object, size_t size, void *context)
{
	const uintptr_t page = *(const uintptr_t *)context;

	(void)size;
	/* The kernel's own object has no file. */
	if (object->dlpi_name[0] != '\0' && object->dlpi_name[0] != '/')
		return 0;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		uintptr_t from = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
		uintptr_t to =
			(object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0 && from < to)
			/* NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells places as numbers */
			madvise((void *)from, to - from, MADV_DONTNEED);
	}
	return 0;
}

/* Where code was changed when it was loaded, its file is not what is needed again. */
static int
has_changed_code(struct dl_phdr_info *object, size_t size, void *context)
{
	(void)size;
	(void)context;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		const ElfW(Dyn) * entry;

		if (segment->p_type != PT_DYNAMIC)
			continue;
		/* NOLINTNEXTLINE(performance-no-int-to-ptr): likewise */
		entry = (const ElfW(Dyn) *)(object->dlpi_addr + segment->p_vaddr);
		for (; entry->d_tag != DT_NULL; entry++)
			if (entry->d_tag == DT_TEXTREL ||
				(entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
				return 1;
	}
	return 0;
}

static void
give_back(struct tidy *tidy)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	malloc_trim(0);
	if (tidy->started)
		return;
	tidy->started = true;
	if (dl_iterate_phdr(has_changed_code, NULL) == 0)
		dl_iterate_phdr(forget_file, &page);
}

void
tidy_round(struct tidy *tidy, int64_t now_ms, uint64_t open, bool worked)
{
	if (tidy->due_ms == 0 && (worked || open < tidy->open))
		tidy->due_ms = now_ms + TIDY_MS;
	if (open > tidy->open)
		tidy->open = open;
	if (tidy->due_ms == 0 || now_ms < tidy->due_ms)
		return;
	give_back(tidy);
	tidy->due_ms = 0;
	tidy->open = open;
}

int
tidy_timeout_ms(const struct tidy *tidy, int64_t now_ms)
{
	if (tidy->due_ms == 0)
		return -1;
	return tidy->due_ms <= now_ms ? 0 : (int)(tidy->due_ms - now_ms);
}
