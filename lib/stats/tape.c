/* SPDX-License-Identifier: ISC */
#include "lib/stats/tape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Before the words of a record stand their number, and that of the record. */
enum { LENGTH, NUMBER, HEAD };

enum { WORD = sizeof(uint32_t) };

/* Some whole records of a tape. */
struct block {
	uint32_t *words; /* NULL: they are in the file */
	off_t at; /* there */
	size_t n;
};

/* A tape: blocks, then the words of the last one, which is open. */
struct tape {
	struct block *blocks;
	size_t n_blocks, blocks_room;
	uint32_t *words;
	size_t n, room;
};

struct fil_tapes {
	struct tape *list;
	size_t n;
	uint32_t number; /* of the next record */
	size_t kept; /* bytes of blocks in memory */
	int file; /* -1: none is needed yet */
	off_t end;
	struct fil_fault fault;
	bool failed;
};

struct fil_tapes *
fil_tapes_new(void)
{
	struct fil_tapes *tapes = fil_alloc(1, sizeof *tapes);

	tapes->file = -1;
	return tapes;
}

size_t
fil_tapes_count(const struct fil_tapes *tapes)
{
	return tapes->n;
}

/* Writes a block to the file. Returns 0 or -1. */
static int
write_block(struct fil_tapes *tapes, const uint32_t *words, size_t n)
{
	int error;

	if (tapes->file < 0)
		tapes->file = fil_temp_file_descriptor(fil_temp_file_folder(), &tapes->fault);
	if (tapes->file < 0)
		return -1;
	error = fil_descriptor_write(tapes->file, words, n * WORD, tapes->end);
	tapes->end += (off_t)(n * WORD);
	return !error ? 0
		      : fil_fault_set(&tapes->fault, FIL_IO_ERROR,
			    "a temporary file cannot be written: %s", fil_language_error(error));
}

/* Closes the open block of a tape. */
static void
close_block(struct fil_tapes *tapes, struct tape *tape)
{
	struct block block = { NULL, tapes->end, tape->n };

	if (tapes->kept < FIL_TAPES_KEPT) {
		tapes->kept += tape->n * WORD;
		block.words = fil_resize(tape->words, tape->n, WORD);
		tape->words = NULL;
		tape->room = 0;
	} else if (!tapes->failed) {
		tapes->failed = write_block(tapes, tape->words, tape->n) < 0;
	}
	tape->blocks =
	    fil_grow(tape->blocks, tape->n_blocks, &tape->blocks_room, sizeof *tape->blocks);
	tape->blocks[tape->n_blocks++] = block;
	tape->n = 0;
}

void
fil_tapes_add(struct fil_tapes *tapes, size_t number, const uint32_t *words, size_t n)
{
	struct tape *tape;

	if (number >= tapes->n) {
		tapes->list = fil_resize(tapes->list, number + 1, sizeof *tapes->list);
		memset(tapes->list + tapes->n, 0, (number + 1 - tapes->n) * sizeof *tapes->list);
		tapes->n = number + 1;
	}
	tape = &tapes->list[number];
	if (tape->n > 0 && (tape->n + HEAD + n) * WORD > FIL_TAPE_BLOCK)
		close_block(tapes, tape);
	if (tape->n + HEAD + n > tape->room) {
		tape->room = 2 * (tape->n + HEAD + n);
		tape->words = fil_resize(tape->words, tape->room, WORD);
	}
	tape->words[tape->n + LENGTH] = (uint32_t)n;
	tape->words[tape->n + NUMBER] = tapes->number++;
	if (n > 0)
		memcpy(tape->words + tape->n + HEAD, words, n * WORD);
	tape->n += HEAD + n;
}

int
fil_tapes_check(const struct fil_tapes *tapes, struct fil_fault *fault)
{
	if (tapes->failed)
		*fault = tapes->fault;
	return tapes->failed ? -1 : 0;
}

void
fil_tapes_free(struct fil_tapes *tapes)
{
	if (!tapes)
		return;
	for (size_t t = 0; t < tapes->n; t++) {
		for (size_t b = 0; b < tapes->list[t].n_blocks; b++)
			free(tapes->list[t].blocks[b].words);
		free(tapes->list[t].blocks);
		free(tapes->list[t].words);
	}
	free(tapes->list);
	if (tapes->file >= 0)
		close(tapes->file);
	free(tapes);
}

/* A place on a tape. */
struct place {
	const struct tape *tape;
	size_t block; /* the next one */
	const uint32_t *words; /* n words from the current record on */
	size_t n;
	uint32_t *read; /* what was read from the file */
	size_t room;
};

/* The places are a heap: the record of each comes before those of 2 i + 1 and 2 i + 2. */
struct fil_tape_reader {
	struct fil_tapes *tapes;
	struct place *places;
	size_t n; /* of the heap */
	bool begun;
};

/* Reads a block from the file. Returns its words, or NULL. */
static const uint32_t *
read_block(struct fil_tapes *tapes, struct place *place, const struct block *block)
{
	int error;

	if (tapes->failed)
		return NULL;
	if (block->n > place->room) {
		place->room = block->n;
		place->read = fil_resize(place->read, place->room, WORD);
	}
	error = fil_descriptor_read(tapes->file, place->read, block->n * WORD, block->at);
	if (!error)
		return place->read;
	tapes->failed = true;
	fil_fault_set(&tapes->fault, FIL_IO_ERROR, "a temporary file cannot be read: %s",
	    fil_language_error(error));
	return NULL;
}

/* Moves to the next record of a tape. Returns false at its end, or where it cannot be read. */
static bool
step(struct fil_tapes *tapes, struct place *place)
{
	const struct tape *tape = place->tape;

	if (place->n > 0) {
		size_t n = HEAD + place->words[LENGTH];

		place->words += n;
		place->n -= n;
	}
	if (place->n > 0)
		return true;
	if (place->block < tape->n_blocks) {
		const struct block *block = &tape->blocks[place->block];

		place->words = block->words ? block->words : read_block(tapes, place, block);
		place->n = place->words ? block->n : 0;
	} else if (place->block == tape->n_blocks) {
		place->words = tape->words;
		place->n = tape->n;
	}
	place->block++;
	return place->n > 0;
}

/* Moves place i down the heap until it comes before those below. */
static void
sink(struct fil_tape_reader *reader, size_t i)
{
	for (size_t least = i;; i = least) {
		struct place moved = reader->places[i];

		for (size_t below = 2 * i + 1; below <= 2 * i + 2 && below < reader->n; below++)
			if (reader->places[below].words[NUMBER] <
			    reader->places[least].words[NUMBER])
				least = below;
		if (least == i)
			return;
		reader->places[i] = reader->places[least];
		reader->places[least] = moved;
	}
}

/* Takes the place of the first record away where its tape has ended. */
static void
drop_first(struct fil_tape_reader *reader)
{
	struct place ended = reader->places[0];

	reader->places[0] = reader->places[--reader->n];
	reader->places[reader->n] = ended;
}

struct fil_tape_reader *
fil_tape_reader_new(struct fil_tapes *tapes, const bool *chosen)
{
	struct fil_tape_reader *reader = fil_alloc(1, sizeof *reader);

	reader->tapes = tapes;
	reader->places = fil_alloc(tapes->n, sizeof *reader->places);
	for (size_t t = 0; t < tapes->n; t++) {
		struct place *place = &reader->places[reader->n];

		*place = (struct place){ &tapes->list[t], 0, NULL, 0, place->read, place->room };
		reader->n += chosen[t] && step(tapes, place);
	}
	for (size_t i = reader->n; i-- > 0;)
		sink(reader, i);
	return reader;
}

const uint32_t *
fil_tape_reader_next(struct fil_tape_reader *reader, size_t *n)
{
	if (reader->n > 0 && reader->begun && !step(reader->tapes, &reader->places[0]))
		drop_first(reader);
	if (reader->n == 0)
		return NULL;
	if (reader->begun)
		sink(reader, 0);
	reader->begun = true;
	*n = reader->places[0].words[LENGTH];
	return reader->places[0].words + HEAD;
}

void
fil_tape_reader_free(struct fil_tape_reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < reader->tapes->n; i++)
		free(reader->places[i].read);
	free(reader->places);
	free(reader);
}
