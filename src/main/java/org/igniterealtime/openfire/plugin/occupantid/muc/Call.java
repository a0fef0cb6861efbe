/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ConcurrentModificationException;

/**
 * A method of the server, found by its name. A call that is compiled against an interface fails where that has become a class, and
 * one to a method that is gone fails anywhere; this one answers null instead.
 */
final class Call
{
    /** That others come in between as often as this in a row is not to be thought of. */
    private static final int TRIES = 100;

    /** What has a target, and an argument or none, and gives an object; null if there is no such method. */
    private final MethodHandle handle;
    private final Class<?> owner;
    private final Class<?> result;
    private final String description;

    private Call(@Nullable final MethodHandle handle, final Class<?> owner, final Class<?> result, final String name)
    {
        this.description = (owner == null ? "(class not found)" : owner.getName()) + ' ' + name;
        this.handle = handle;
        this.owner = owner;
        this.result = result;
    }

    /**
     * Looks for a method.
     *
     * @param owner the class or interface; null for one that this version of the server does not have.
     * @param name its name.
     * @param parameters its parameters: one, or none.
     */
    @Nonnull
    static Call to(@Nullable final Class<?> owner, @Nonnull final String name, @Nonnull final Class<?>... parameters)
    {
        try {
            if (owner != null) {
                final Method method = owner.getMethod(name, parameters);
                return new Call(MethodHandles.publicLookup().unreflect(method)
                    .asType(MethodType.genericMethodType(1 + parameters.length)), owner, method.getReturnType(), name);
            }
        } catch (final NoSuchMethodException | IllegalAccessException | LinkageError notInThisVersion) {
            return new Call(null, owner, null, name);
        }
        return new Call(null, null, null, name);
    }

    /** Whether there is such a method. */
    boolean exists()
    {
        return handle != null;
    }

    /** The class and name of the method. */
    @Nonnull
    String description()
    {
        return description;
    }

    /** The type of what the method gives; null if there is no such method. */
    @Nullable
    Class<?> result()
    {
        return result;
    }

    /**
     * Calls the method.
     *
     * @param target the object that has it.
     * @return what it gives; null also if there is no such method, or the server says by an exception that there is no such occupant.
     */
    @Nullable
    Object on(@Nullable final Object target)
    {
        if (handle == null || !owner.isInstance(target)) {
            return null;
        }
        try {
            return handle.invokeExact(target);
        } catch (final Throwable e) {
            return nobody(e);
        }
    }

    /**
     * Like {@link #on(Object)}, with an argument. What fails only because something came between is tried again: Openfire 4.7 to 5.0.2
     * looks for occupants in a plain list, while others come in.
     */
    @Nullable
    Object on(@Nullable final Object target, @Nonnull final Object argument)
    {
        if (handle == null || !owner.isInstance(target)) {
            return null;
        }
        for (int tries = 1; ; tries++) {
            try {
                return handle.invokeExact(target, argument);
            } catch (final ConcurrentModificationException e) {
                if (tries == TRIES) {
                    throw e;
                }
            } catch (final Throwable e) {
                return nobody(e);
            }
        }
    }

    @Nullable
    private static Object nobody(final Throwable thrown)
    {
        if (thrown.getClass().getSimpleName().equals("UserNotFoundException")) {
            return null;
        }
        if (thrown instanceof RuntimeException) {
            throw (RuntimeException) thrown;
        }
        if (thrown instanceof Error) {
            throw (Error) thrown;
        }
        throw new IllegalStateException(thrown);
    }
}
