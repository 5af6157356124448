/* SPDX-License-Identifier: ISC */
#include "lib/base/bytes.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

void
fil_bytes_reserve(struct fil_bytes *bytes, size_t n)
{
	size_t wanted;

	if (__builtin_add_overflow(bytes->length, n, &wanted) || wanted >= PTRDIFF_MAX)
		fil_memory_die();
	if (wanted < bytes->capacity)
		return;
	bytes->capacity = wanted + wanted / 2 + 32;
	bytes->data = fil_resize(bytes->data, bytes->capacity, 1);
}

void
fil_bytes_add(struct fil_bytes *bytes, const char *data, size_t n)
{
	fil_bytes_reserve(bytes, n);
	if (n > 0)
		memcpy(bytes->data + bytes->length, data, n);
	bytes->length += n;
	bytes->data[bytes->length] = '\0';
}

void
fil_bytes_add_text(struct fil_bytes *bytes, const char *text)
{
	fil_bytes_add(bytes, text, strlen(text));
}

void
fil_bytes_add_format(struct fil_bytes *bytes, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	fil_bytes_add_text(bytes, text);
	free(text);
}

void
fil_bytes_release(struct fil_bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct fil_bytes){ 0 };
}
