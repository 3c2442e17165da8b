// Package javadate reads dates the way java.text.SimpleDateFormat does with
// Locale.US and setLenient(false), so that a file written for a Java program
// means here what it meant there. It owns patterns, the calendar that they are
// resolved in, and the zone names that Java knows.
//
// It refuses to format dates, to be lenient, and to know another locale. Three
// oddities of Java's number reader are left out: numbers in scientific notation
// (Java reads 2E1 as 20), the infinity sign, and NaN are errors here. A
// two-digit year falls into 1946 to 2045 on every day of every year, where
// Java's window moves with the clock.
package javadate
